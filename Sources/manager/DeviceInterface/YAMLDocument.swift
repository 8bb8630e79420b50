internal import JSONDocument
internal import Yams

/// Reads a CDI file in YAML as the JSON document that it stands for.
///
/// Which scalars are numbers or truths is told by their member, and not by what they look like, as CDI's own reader does it
/// by its types: a device may be called `0`. Anchors, aliases and tags are YAML's and leave no trace.
enum YAMLDocument {
  /// The members that are numbers, or lists of them.
  private static let numbers: Set<String> = [
    "major", "minor", "fileMode", "uid", "gid", "additionalGids", "additionalGIDs", "timeout",
  ]
  /// The members that are true or false.
  private static let truths: Set<String> = ["enableMonitoring", "enableCMT", "enableMBM"]
  /// More would be aliases of aliases.
  private static let mostValues = 1_000_000

  /// Reads the text of a file.
  /// - Throws: `DocumentError` that begins with `file`: no YAML, or none that JSON has words for.
  static func read(_ bytes: [UInt8], file: String) throws(DocumentError) -> JSONValue {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DocumentError(file: file, path: [], rule: "it is not UTF-8")
    }
    let root: Node?
    do { root = try compose(yaml: text) } catch { throw problem(error, file) }
    guard let root else { throw DocumentError(file: file, path: [], rule: "it is empty") }
    var count = 0
    return try value(root, of: "", &count, file)
  }

  private static func value(
    _ node: Node, of member: String, _ count: inout Int, _ file: String
  ) throws(DocumentError) -> JSONValue {
    count += 1
    guard count <= mostValues else {
      throw DocumentError(file: file, path: [], rule: "it has more than \(mostValues) values")
    }
    switch node {
    case .scalar(let scalar): return self.scalar(scalar, of: member)
    case .alias: throw fault("an alias that means nothing", node.mark, file)
    case .sequence(let elements):
      var list: [JSONValue] = []
      for element in elements { list.append(try value(element, of: member, &count, file)) }
      return .array(list)
    case .mapping(let pairs):
      var object = JSONObject()
      for (key, content) in pairs {
        guard case .scalar(let name) = key else { throw fault("a key that is no text", key.mark, file) }
        object[name.string] = try value(content, of: name.string, &count, file)
      }
      return .object(object)
    }
  }

  private static func scalar(_ scalar: Node.Scalar, of member: String) -> JSONValue {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
    if ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
    if numbers.contains(member), let number = number(text) { return .integer(number) }
    if truths.contains(member) {
      if ["true", "True", "TRUE"].contains(text) { return true }
      if ["false", "False", "FALSE"].contains(text) { return false }
    }
    return .string(text)
  }

  /// YAML's integers: decimal, and `0x`, `0o`, `0b`; a leading 0 is octal, as YAML 1.1 and Go have it.
  private static func number(_ text: String) -> Int64? {
    let sign: Int64 = text.hasPrefix("-") ? -1 : 1
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      return Int64(digits.dropFirst(2), radix: radix).map { sign * $0 }
    }
    return Int64(digits, radix: digits.count > 1 && digits.first == "0" ? 8 : 10).map { sign * $0 }
  }

  private static func problem(_ error: any Error, _ file: String) -> DocumentError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return fault(problem, mark, file)
    case .reader(let problem, _, _, _): return DocumentError(file: file, path: [], rule: problem)
    default:
      // Its text is several lines, with a picture of the place.
      let line = "\(error)".split(separator: "\n").first.map(String.init)
      return DocumentError(file: file, path: [], rule: line ?? "it cannot be read as YAML")
    }
  }

  private static func fault(_ text: String, _ mark: Mark?, _ file: String) -> DocumentError {
    guard let mark else { return DocumentError(file: file, path: [], rule: text) }
    return DocumentError(file: file, place: .text(line: mark.line, column: mark.column), problem: .rule(text))
  }
}
