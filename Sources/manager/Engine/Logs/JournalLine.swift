internal import JSONDocument
internal import LinuxSystem
internal import ShimProtocol

/// One line of `journalctl --output=json` (systemd.io/JOURNAL_EXPORT_FORMATS).
struct JournalLine {
  /// Where the entry stands in the journal.
  let cursor: String
  let entry: LogEntry

  /// Reads a line, without its end; nil when it is no entry of a container.
  init?(_ line: [UInt8]) {
    let value: JSONValue
    do throws(DocumentError) { value = try JSON.parse(line, file: "journal") } catch { return nil }
    guard let cursor = value["__CURSOR"]?.string, let text = value["MESSAGE"].flatMap(Self.bytes),
      let moment = value["__REALTIME_TIMESTAMP"]?.string.flatMap({ Int64($0) })
    else { return nil }
    self.cursor = cursor
    let time = Timestamp(
      seconds: moment / 1_000_000, nanoseconds: Int32(moment % 1_000_000) * 1000)
    let isPartial = value["CONTAINER_PARTIAL_MESSAGE"]?.string == "true"
    var attributes: [String: String] = [:]
    for member in value.object?.members ?? [] where Self.isAttribute(member.key) {
      attributes[member.key] = member.value.string ?? ""
    }
    entry = LogEntry(
      text: isPartial ? text : text + [UInt8(ascii: "\n")],
      stream: value["PRIORITY"]?.string == "3" ? .error : .output, writtenTime: time.description,
      attributes: attributes)
  }

  /// Text, or an array of bytes where they are no UTF-8 or cannot be printed.
  private static func bytes(_ value: JSONValue) -> [UInt8]? {
    if let text = value.string { return Array(text.utf8) }
    return value.array?.compactMap { $0.integer(as: UInt8.self) }
  }

  /// Neither the journal's own fields nor those that every record of a container has.
  private static func isAttribute(_ name: String) -> Bool {
    !name.hasPrefix("_") && !name.hasPrefix("CONTAINER_") && !name.hasPrefix("SYSLOG_")
      && !["MESSAGE", "PRIORITY", "IMAGE_NAME"].contains(name)
  }
}
