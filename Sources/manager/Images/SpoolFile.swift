internal import Dispatch
internal import LinuxSystem
internal import Synchronization

/// A file that one thread writes and another one reads at the same time, to its end.
final class SpoolFile: Sendable {
  /// How far the writer is.
  private struct Progress {
    var written: Int64 = 0
    var state = State.open
  }

  private enum State {
    case open, complete, broken
  }

  let path: String
  private let file: OwnedDescriptor
  private let progress = Mutex(Progress())
  /// Signalled at each change of `progress`, for the one reader.
  private let news = DispatchSemaphore(value: 0)

  /// Makes the file.
  init(_ path: String) throws(SystemError) {
    self.path = path
    file = try openFile(path, [.readWrite, .create, .exclusive], mode: 0o600)
  }

  /// In bytes, so far.
  var size: Int64 { progress.withLock { $0.written } }

  /// Writes on.
  func write(_ bytes: [UInt8]) throws(SystemError) {
    do throws(SystemError) { try file.writeAll(bytes) } catch {
      throw SystemError("write", code: error.code, subject: path)
    }
    progress.withLock { $0.written += Int64(bytes.count) }
    news.signal()
  }

  /// Says that there is nothing more; of a file that is not whole, the reader hears an error.
  func end(complete: Bool) {
    progress.withLock { if $0.state == .open { $0.state = complete ? .complete : .broken } }
    news.signal()
  }

  /// The bytes from `offset` on; waits for the writer, and is empty at the end.
  func read(at offset: Int64) throws(ImageError) -> [UInt8] {
    while true {
      let now = progress.withLock { $0 }
      if now.written > offset {
        let limit = Int(min(now.written - offset, 1 << 18))
        do throws(SystemError) { return try file.readChunk(limit: limit, at: offset) } catch {
          throw .system(error)
        }
      }
      switch now.state {
      case .complete: return []
      case .broken: throw .failed("the archive could not be read on")
      case .open: news.wait()
      }
    }
  }
}
