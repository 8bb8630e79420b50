internal import LinuxSystem
internal import ShimProtocol

/// Where the output of a container is kept (spec/shim-protocol.md, Log).
///
/// Each read of output is written before any client gets it, so what somebody has seen is in the log; and a container
/// that writes faster than its log is slowed, not dropped. A log that cannot be written ends, for good, and says why in
/// the exit record; the container goes on.
protocol ContainerLog: AnyObject {
  /// Why nothing is written any more, one phrase; nil while all is well.
  var failure: String? { get }

  /// Writes the payload of an output record.
  func write(_ stream: OutputStream, _ payload: ArraySlice<UInt8>)

  /// A run of the container is over: writes what has no line end. Another run may follow.
  func end()

  /// No other run follows: calls `done` when nothing is at work on the log any more, at once or later.
  /// - Parameter isKept: whether what is at work is waited for; else it is ended, since the log will be removed.
  func close(isKept: Bool, _ done: @escaping () throws(SystemError) -> Void) throws(SystemError)

  /// Begins again at the log's name, after somebody has moved the file away.
  func reopen()
}

extension ShimContext {
  /// Opens the container's log, or makes it; what an earlier run wrote stays.
  /// - Returns: nil where no output is kept.
  func openLog() throws(SystemError) -> (any ContainerLog)? {
    switch command.logDriver {
    case .jsonFile: try openFileLog(.json(attributes: command.logOptions.fields))
    case .k8sFile: try openFileLog(.k8s)
    case .journald: try JournalLog(id: command.id, command.logOptions.fields)
    case .none, .passthrough: nil
    }
  }

  private func openFileLog(_ format: LogFormat) throws(SystemError) -> FileLog? {
    guard let path = command.log else { return nil }
    let options = command.logOptions
    let compressor = options.compresses ? LogCompressor(path, options.maximumFiles, reaper) : nil
    return try FileLog(path, format, options, compressor)
  }
}
