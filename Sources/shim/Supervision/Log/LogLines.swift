/// Cuts one stream's bytes into the entries of a log, as docker's copier does (moby, daemon/logger/copier.go): one entry
/// for each line; 16 KiB without a line end, and what stands at the very end without one, become an entry of their own.
struct LogLines {
  /// The longest text of one entry, in bytes.
  static let longest = 16 * 1024

  /// The line that has no end yet; shorter than `longest`.
  private var partial: [UInt8] = []

  /// Takes more bytes.
  /// - Parameter entry: gets each text that is complete with them, without its line end, and whether it had one.
  mutating func take(_ bytes: ArraySlice<UInt8>, _ entry: (ArraySlice<UInt8>, Bool) -> Void) {
    let scan = bytes.span
    var start = 0
    // By the span: a slice for each search costs more than the search.
    for place in 0..<scan.count where scan[place] == UInt8(ascii: "\n") {
      let line = bytes[(bytes.startIndex + start)..<(bytes.startIndex + place)]
      // Most lines are whole in one read, and go from the reader's buffer into the entry without a copy between.
      if partial.isEmpty, place - start < Self.longest {
        entry(line, true)
      } else {
        takeText(line, entry)
        entry(partial[...], true)
        forget()
      }
      start = place + 1
    }
    takeText(bytes[(bytes.startIndex + start)...], entry)
  }

  /// No more bytes will come: what is left is an entry without a line end.
  mutating func end(_ entry: (ArraySlice<UInt8>, Bool) -> Void) {
    guard !partial.isEmpty else { return }
    entry(partial[...], false)
    forget()
  }

  /// A container that is silent again should not keep the room of its longest line.
  private mutating func forget() { partial.removeAll(keepingCapacity: partial.capacity <= 1024) }

  /// Adds text without a line end to the line; each time it is full it becomes an entry.
  private mutating func takeText(_ text: ArraySlice<UInt8>, _ entry: (ArraySlice<UInt8>, Bool) -> Void) {
    var rest = text
    while partial.count + rest.count >= Self.longest {
      let room = Self.longest - partial.count
      partial += rest.prefix(room)
      rest = rest.dropFirst(room)
      let cut = UTF8Text.wholeCharacters(partial)
      entry(partial[..<cut], false)
      partial.removeFirst(cut)
    }
    partial += rest
  }
}
