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
    var members = TextMembers(Array(json.utf8))
    var lists: [String: [String]] = [:]
    var labels: [String: String] = [:]
    var network: NetworkMode?
    var hasHealthcheck = false
    while let name = members.next() {
      switch name {
      case "entrypoint", "command", "exposedPorts":
        guard let list = members.value()?.array?.map({ $0.string ?? "" }) else { return nil }
        lists[name] = list
      case "labels":
        guard let object = members.value()?.object else { return nil }
        for member in object.members { labels[member.key] = member.value.string ?? "" }
      case "network": network = members.value()?.string.flatMap { NetworkMode(rawValue: $0) }
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

/// Goes over the members of an object by their text, and reads only those that are asked for.
private struct TextMembers {
  private let bytes: [UInt8]
  private var position = 1
  private var span = 0..<0
  /// Whether the object's end was seen where it should be.
  private(set) var isWhole = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next member's name, as it is written; empty for one longer than those that are asked for, nil at the end, and
  /// where something else stands.
  mutating func next() -> String? {
    guard bytes.first == UInt8(ascii: "{"), position < bytes.count, bytes[position] == UInt8(ascii: "\"")
    else { return nil }
    let start = position + 1
    position = endOfString(position)
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return nil }
    // Up to here a string is made without memory of its own.
    let isShort = position - 1 - start <= 15
    let name = isShort ? String(decoding: bytes[start..<position - 1], as: UTF8.self) : ""
    let value = position + 1
    position = endOfValue(value)
    span = value..<position
    guard position < bytes.count else { return nil }
    isWhole = position == bytes.count - 1 && bytes[position] == UInt8(ascii: "}")
    position += 1
    return name
  }

  /// The value of the member that `next` has named.
  func value() -> JSONValue? {
    // Most of them, and not worth a parser.
    if span.count == 2, bytes[span.lowerBound] == UInt8(ascii: "[") { return .array([]) }
    if span.count == 2, bytes[span.lowerBound] == UInt8(ascii: "{") { return .object(JSONObject()) }
    do throws(DocumentError) { return try JSON.parse(Array(bytes[span]), file: "settings") } catch {
      return nil
    }
  }

  /// Behind the string that begins at `start`.
  private func endOfString(_ start: Int) -> Int {
    var position = start + 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""): return position + 1
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    return bytes.count
  }

  /// Behind the value that begins at `start`: at the comma or the brace that follows it.
  private func endOfValue(_ start: Int) -> Int {
    var (position, depth) = (start, 0)
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = endOfString(position)
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
    return bytes.count
  }
}
