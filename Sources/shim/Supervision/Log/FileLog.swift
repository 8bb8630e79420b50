internal import LinuxSystem
internal import ShimProtocol

/// A log in a file, rotated when it is full. It ends, when it must, at its last whole entry.
final class FileLog: ContainerLog {
  /// How many bytes of entries are gathered before they are written.
  private static let most = 64 << 10

  private let format: LogFormat
  private let rotation: LogRotation
  /// nil: the file is never rotated.
  private let maximumBytes: Int64?
  private let compressor: LogCompressor?
  private var file: OwnedDescriptor
  private var sizeBytes: Int64
  private var output = LogLines()
  private var error = LogLines()
  private let outputRenderer: EntryRenderer
  private let errorRenderer: EntryRenderer
  private var entries: [UInt8] = []
  private(set) var failure: String?

  /// Opens the log, or makes it; what an earlier run wrote stays.
  init(
    _ path: String, _ format: LogFormat, _ options: LogOptions, _ compressor: LogCompressor?
  ) throws(SystemError) {
    self.format = format
    rotation = LogRotation(path: path, maximumFiles: options.maximumFiles)
    outputRenderer = EntryRenderer(format, .output)
    errorRenderer = EntryRenderer(format, .error)
    self.compressor = compressor
    let opened = try Self.open(path)
    // A device is written to as long as it takes it.
    maximumBytes = opened.isRegular ? options.maximumBytes : nil
    sizeBytes = opened.sizeBytes
    file = opened.takeFile()
    try rotation.removeRemains()
    compressor?.begin()
  }

  func write(_ stream: OutputStream, _ payload: ArraySlice<UInt8>) {
    guard failure == nil else { return }
    let time = format.time(.now())
    switch stream {
    case .output:
      output.take(payload) { text, isEnded in
        outputRenderer.append(text, isEnded: isEnded, time: time, to: &entries)
        writeWhenMany()
      }
    case .error:
      error.take(payload) { text, isEnded in
        errorRenderer.append(text, isEnded: isEnded, time: time, to: &entries)
        writeWhenMany()
      }
    }
    writeEntries()
    // Its size is that of the largest read so far; a container that is silent again should not keep it.
    if entries.capacity > 4096 { entries = [] }
  }

  /// Short lines become entries of forty times their size; more of them at once than fit into the processor's cache, or
  /// than the allocator keeps at hand, take twice the time.
  private func writeWhenMany() {
    if entries.count >= Self.most { writeEntries() }
  }

  func end() {
    let time = format.time(.now())
    output.end { outputRenderer.append($0, isEnded: $1, time: time, to: &entries) }
    error.end { errorRenderer.append($0, isEnded: $1, time: time, to: &entries) }
    writeEntries()
  }

  func close(isKept: Bool, _ done: @escaping () throws(SystemError) -> Void) throws(SystemError) {
    if isKept, let compressor { return try compressor.finish(done) }
    compressor?.cancel()
    try done()
  }

  func reopen() {
    guard failure == nil else { return }
    do throws(SystemError) {
      let opened = try Self.open(rotation.path)
      sizeBytes = opened.sizeBytes
      file = opened.takeFile()
    } catch { fail(error) }
  }

  private func writeEntries() {
    guard !entries.isEmpty else { return }
    defer { entries.removeAll(keepingCapacity: true) }
    guard failure == nil else { return }
    do throws(SystemError) {
      var start = 0
      while start < entries.count {
        let end = try roomEnd(from: start)
        guard end > start else {
          try rotate()
          continue
        }
        try writeAll(start == 0 && end == entries.count ? entries : Array(entries[start..<end]))
        start = end
      }
    } catch { fail(error) }
  }

  private func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    do throws(SystemError) {
      while done < bytes.count { done += try file.write(bytes, from: done) }
      sizeBytes += Int64(done)
    } catch {
      // A full disk may have taken a part of an entry.
      let whole = bytes[..<done].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      sizeBytes += Int64(whole)
      throw error
    }
  }

  /// How far the entries from `start` on fit into the file, which ends with a whole one. A single entry that is larger
  /// than any file may be has a file of its own.
  private func roomEnd(from start: Int) throws(SystemError) -> Int {
    guard let maximumBytes else { return entries.count }
    let room = max(0, maximumBytes - sizeBytes)
    if Int64(entries.count - start) <= room { return entries.count }
    let lineEnd = UInt8(ascii: "\n")
    if let last = entries[start..<(start + Int(room))].lastIndex(of: lineEnd) { return last + 1 }
    guard sizeBytes == 0, let first = entries[start...].firstIndex(of: lineEnd) else { return start }
    return first + 1
  }

  private func rotate() throws(SystemError) {
    let before = try fileStatus(of: file).inode
    let freed = try rotation.makeRoom()
    compressor?.renumbered(upTo: freed)
    let opened = try Self.open(rotation.path)
    sizeBytes = opened.sizeBytes
    file = opened.takeFile()
    note(follows: before)
    compressor?.begin()
  }

  private func note(follows inode: UInt64) {
    do throws(SystemError) {
      try setExtendedAttribute(LogLineage.attribute, LogLineage.value(inode: inode), of: file)
    } catch
    { /* No such attributes there, or no room for one: readers cannot tell whether they have missed a file. */
    }
  }

  private func fail(_ error: SystemError) {
    failure = "log \"\(rotation.path)\": \(error.reason); output from \(Timestamp.now()) on is not in it"
    do throws(SystemError) { try file.truncate(toBytes: sizeBytes) } catch {
      failure = (failure ?? "") + "; its last line may be cut (\(error.reason))"
    }
  }

  /// A log that is open for appending.
  private struct Opened: ~Copyable {
    let file: OwnedDescriptor
    let isRegular: Bool
    var sizeBytes: Int64

    consuming func takeFile() -> OwnedDescriptor { file }
  }

  /// A shim that was killed may have left a cut line; the next entry must not become a part of it.
  private static func open(_ path: String) throws(SystemError) -> Opened {
    let file = try openFile(path, [.readWrite, .create, .append], mode: 0o640)
    let status = try fileStatus(of: file)
    var opened = Opened(file: file, isRegular: status.kind == .regular, sizeBytes: status.sizeBytes)
    guard opened.isRegular, opened.sizeBytes > 0 else { return opened }
    try rewind(opened.file, toLast: 1)
    if try opened.file.readChunk(limit: 1) != [UInt8(ascii: "\n")] {
      try opened.file.writeAll("\n")
      opened.sizeBytes += 1
    }
    return opened
  }
}
