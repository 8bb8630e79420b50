internal import ShimProtocol

/// Turns one stream's bytes into docker's json-file lines: `{"log":"…\n","stream":"stdout","time":"…"}`.
///
/// As docker's copier and jsonfilelog do it (daemon/logger/copier.go, jsonfilelog/jsonlog): one entry for each line;
/// 16 KiB without a line end, and what stands at the very end without one, become an entry whose text lacks the `\n`.
struct LogLines {
  /// The longest text of one entry, in bytes.
  static let longest = 16 * 1024
  private static let head = Array("{\"log\":\"".utf8)

  /// The line that has no end yet; shorter than `longest`.
  private var partial: [UInt8] = []
  private let tail: [UInt8]

  init(_ stream: OutputStream) {
    tail = Array("\",\"stream\":\"\(stream == .output ? "stdout" : "stderr")\",\"time\":\"".utf8)
  }

  /// Takes more bytes and appends the entries that are complete with them.
  /// - Parameter time: RFC 3339 in ASCII.
  mutating func take(_ bytes: ArraySlice<UInt8>, time: [UInt8], to entries: inout [UInt8]) {
    var rest = bytes
    while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
      // Most lines are whole in one read, and go from the reader's buffer into the entry without a copy between.
      if partial.isEmpty, lineEnd - rest.startIndex < Self.longest {
        append(rest[..<lineEnd], ended: true, time: time, to: &entries)
      } else {
        takeText(rest[..<lineEnd], time: time, to: &entries)
        append(partial[...], ended: true, time: time, to: &entries)
        partial.removeAll(keepingCapacity: true)
      }
      rest = rest[(lineEnd + 1)...]
    }
    takeText(rest, time: time, to: &entries)
  }

  /// No more bytes will come: appends what is left as an entry without a line end.
  mutating func end(time: [UInt8], to entries: inout [UInt8]) {
    guard !partial.isEmpty else { return }
    append(partial[...], ended: false, time: time, to: &entries)
    partial = []
  }

  /// Adds text without a line end to the line; each time it is full it becomes an entry.
  private mutating func takeText(_ text: ArraySlice<UInt8>, time: [UInt8], to entries: inout [UInt8]) {
    var rest = text
    while partial.count + rest.count >= Self.longest {
      let room = Self.longest - partial.count
      partial += rest.prefix(room)
      rest = rest.dropFirst(room)
      let cut = UTF8Text.wholeCharacters(partial)
      append(partial[..<cut], ended: false, time: time, to: &entries)
      partial.removeFirst(cut)
    }
    partial += rest
  }

  private func append(
    _ text: ArraySlice<UInt8>, ended: Bool, time: [UInt8], to entries: inout [UInt8]
  ) {
    entries += Self.head
    UTF8Text.appendEscaped(text, to: &entries)
    if ended { entries += [UInt8(ascii: "\\"), UInt8(ascii: "n")] }
    entries += tail
    entries += time
    entries += [UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "\n")]
  }
}
