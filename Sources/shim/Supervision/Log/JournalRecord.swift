/// The bytes of one record for the journal (systemd.io/JOURNAL_NATIVE_PROTOCOL).
enum JournalRecord {
  /// A record with the given fields and a message.
  /// - Parameter isEnded: whether a line end followed the text; docker's CONTAINER_PARTIAL_MESSAGE says when none did.
  static func bytes(_ fields: [UInt8], _ text: ArraySlice<UInt8>, isEnded: Bool) -> [UInt8] {
    var record: [UInt8] = []
    record.reserveCapacity(fields.count + text.count + 64)
    record += fields
    if !isEnded { append("CONTAINER_PARTIAL_MESSAGE", Array("true".utf8)[...], to: &record) }
    append("MESSAGE", text, to: &record)
    return record
  }

  /// Appends `NAME=value`, or the form with a length (little endian) for a value that has a line end in it.
  static func append(_ name: String, _ value: ArraySlice<UInt8>, to record: inout [UInt8]) {
    record += Array(name.utf8)
    if value.contains(UInt8(ascii: "\n")) {
      record.append(UInt8(ascii: "\n"))
      let count = UInt64(value.count)
      record += (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
    } else {
      record.append(UInt8(ascii: "="))
    }
    record += value
    record.append(UInt8(ascii: "\n"))
  }
}
