internal import LinuxSystem

/// The lines of a log that may still grow.
struct LogFile: ~Copyable {
  private let file: OwnedDescriptor?
  private let path: String
  private var buffer: [UInt8] = []
  private var position = 0

  /// Opens the log; one that is not there yet has no lines.
  init(_ path: String) throws(EngineError) {
    self.path = path
    do throws(SystemError) { file = try openFile(path, .readOnly) } catch {
      guard error.code == ErrorCode.noEntry else { throw EngineError("read log", error) }
      file = nil
    }
  }

  /// The next whole line that is an entry; nil at the end of what is there now. A line whose end is not written yet
  /// waits for the next call.
  mutating func next() throws(EngineError) -> LogEntry? {
    while true {
      if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[position..<end])
        position = end + 1
        if let entry = LogEntry(line: line) { return entry }
      } else if try !fill() {
        return nil
      }
    }
  }

  private mutating func fill() throws(EngineError) -> Bool {
    buffer.removeFirst(position)
    position = 0
    let start = buffer.count
    do throws(SystemError) { try file?.read(into: &buffer, limit: 64 << 10) } catch {
      throw EngineError("read log", error)
    }
    return buffer.count > start
  }
}
