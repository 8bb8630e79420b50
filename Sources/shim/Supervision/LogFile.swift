internal import LinuxSystem
internal import ShimProtocol

/// The container's json-file log.
///
/// Each read of output is written before any client gets it, so what somebody has seen is in the log; and a container
/// that writes faster than the disk is slowed, not dropped. A log that cannot be written ends at its last whole entry,
/// for good, and says why in the exit record; the container goes on.
final class LogFile {
  private let path: String
  private let file: OwnedDescriptor
  private var output = LogLines(.output)
  private var error = LogLines(.error)
  private var sizeBytes: Int64
  private var entries: [UInt8] = []
  /// Why nothing is written any more, one phrase; nil while all is well.
  private(set) var failure: String?

  /// Opens the log, or makes it; what an earlier run wrote stays.
  init(_ path: String) throws(SystemError) {
    self.path = path
    file = try openFile(path, [.writeOnly, .create, .append], mode: 0o640)
    sizeBytes = try fileStatus(of: file).sizeBytes
  }

  /// Writes the payload of an output record.
  func write(_ stream: OutputStream, _ payload: ArraySlice<UInt8>) {
    guard failure == nil else { return }
    let time = Array(Timestamp.now().description.utf8)
    switch stream {
    case .output: output.take(payload, time: time, to: &entries)
    case .error: error.take(payload, time: time, to: &entries)
    }
    writeEntries()
  }

  /// Writes what has no line end.
  func end() {
    guard failure == nil else { return }
    let time = Array(Timestamp.now().description.utf8)
    output.end(time: time, to: &entries)
    error.end(time: time, to: &entries)
    writeEntries()
  }

  private func writeEntries() {
    guard !entries.isEmpty else { return }
    do throws(SystemError) {
      try file.writeAll(entries)
      sizeBytes += Int64(entries.count)
    } catch {
      failure = "log \"\(path)\": \(error.reason); output from \(Timestamp.now()) on is not in it"
      cutToWholeEntries()
    }
    // Its size is that of the largest read so far; a container that is silent again should not keep it.
    entries.removeAll(keepingCapacity: entries.count <= 4096)
  }

  /// A full disk may have taken a part of the last entries.
  private func cutToWholeEntries() {
    do throws(SystemError) { try file.truncate(toBytes: sizeBytes) } catch {
      failure = (failure ?? "") + "; its last line may be cut (\(error.reason))"
    }
  }
}
