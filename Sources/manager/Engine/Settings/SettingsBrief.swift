internal import JSONDocument
package import Options

/// What every list shows of a container's settings, taken out of their text without reading the rest: with hundreds of
/// containers that is most of the time that a list takes.
package struct SettingsBrief: Sendable, Equatable {
  /// What it runs.
  package let arguments: [String]
  /// The user's own data.
  package let labels: [String: String]
  /// Its network, as the settings have it.
  package let network: NetworkMode
  /// The ports it listens on, as `80/tcp`.
  package let exposedPorts: [String]
  /// Whether somebody looks how it is.
  let hasHealthcheck: Bool

  /// Takes it from settings that have been read.
  init(_ settings: ContainerSettings) {
    arguments = settings.arguments
    labels = settings.labels
    network = settings.network
    exposedPorts = settings.exposedPorts
    hasHealthcheck = settings.healthcheck != nil
  }

  /// Takes it from what the database keeps; nil when the text is not as `ContainerSettings.json` writes it.
  init?(json: String) {
    let text = json.utf8.span
    var members = TextMembers()
    var lists: [String: [String]] = [:]
    var labels: [String: String] = [:]
    var network: NetworkMode?
    var hasHealthcheck = false
    while let name = members.next(text) {
      switch name {
      case "entrypoint", "command", "exposedPorts":
        guard let list = members.value(text)?.array?.map({ $0.string ?? "" }) else { return nil }
        lists[name] = list
      case "labels":
        guard let object = members.value(text)?.object else { return nil }
        for member in object.members { labels[member.key] = member.value.string ?? "" }
      case "network": network = members.value(text)?.string.flatMap { NetworkMode(rawValue: $0) }
      case "healthcheck": hasHealthcheck = true
      default: continue
      }
    }
    guard members.isWhole, let entrypoint = lists["entrypoint"], let command = lists["command"], let network
    else { return nil }
    arguments = entrypoint + command
    exposedPorts = lists["exposedPorts"] ?? []
    self.labels = labels
    self.network = network
    self.hasHealthcheck = hasHealthcheck
  }
}

/// Goes over the members of an object by their text, and reads only those that are asked for. The text is the caller's at
/// each call: a copy of it would be the larger part of the work.
private struct TextMembers {
  private var position = 1
  private var span = 0..<0
  /// Whether the object's end was seen where it should be.
  private(set) var isWhole = false

  /// The next member's name, as it is written; empty for one longer than those that are asked for, nil at the end, and
  /// where something else stands.
  mutating func next(_ text: Span<UInt8>) -> String? {
    guard position < text.count, text[0] == UInt8(ascii: "{"), text[position] == UInt8(ascii: "\"")
    else { return nil }
    let start = position + 1
    position = Self.endOfString(text, position)
    guard position < text.count, text[position] == UInt8(ascii: ":") else { return nil }
    // Up to here a string is made without memory of its own.
    let isShort = position - 1 - start <= 15
    let name = isShort ? Self.string(text.extracting(start..<position - 1)) : ""
    let value = position + 1
    position = Self.endOfValue(text, value)
    span = value..<position
    guard position < text.count else { return nil }
    isWhole = position == text.count - 1 && text[position] == UInt8(ascii: "}")
    position += 1
    return name
  }

  /// The value of the member that `next` has named.
  func value(_ text: Span<UInt8>) -> JSONValue? {
    // Most of them, and not worth a parser.
    if span.count == 2, text[span.lowerBound] == UInt8(ascii: "[") { return .array([]) }
    if span.count == 2, text[span.lowerBound] == UInt8(ascii: "{") { return .object(JSONObject()) }
    do throws(DocumentError) { return try JSON.parse(span.map { text[$0] }, file: "settings") } catch {
      return nil
    }
  }

  private static func string(_ bytes: Span<UInt8>) -> String {
    do throws(UTF8.ValidationError) { return String(copying: try UTF8Span(validating: bytes)) } catch {
      return ""
    }
  }

  /// Behind the string that begins at `start`.
  private static func endOfString(_ text: Span<UInt8>, _ start: Int) -> Int {
    var position = start + 1
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""): return position + 1
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    return text.count
  }

  /// Behind the value that begins at `start`: at the comma or the brace that follows it.
  private static func endOfValue(_ text: Span<UInt8>, _ start: Int) -> Int {
    var (position, depth) = (start, 0)
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        position = endOfString(text, position)
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return position }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 { return position }
      default: break
      }
      position += 1
    }
    return text.count
  }
}
