package import LinuxSystem
internal import ShimProtocol

/// All logs of one container: conmon takes `--log-path` several times.
package final class ConmonLog {
  private var logs: [any ContainerLog] = []
  private var files: [String] = []
  /// How much more is written; nil: no end.
  private var left: Int64?

  /// Opens the logs, or makes them.
  /// - Throws: `SystemError` naming the file that cannot be had, or the journal.
  package init(_ options: ConmonOptions) throws(SystemError) {
    left = options.logTotalBytes
    for log in options.logs {
      switch log.driver {
      case .none, .passthrough: break
      case .journald: logs.append(try JournalLog(id: options.uuid, Self.fields(options)))
      case .jsonFile: try openFile(log, .json(attributes: []), options)
      case .k8sFile: try openFile(log, .conmon, options)
      }
    }
  }

  private func openFile(
    _ log: ConmonOptions.Log, _ format: LogFormat, _ options: ConmonOptions
  ) throws(SystemError) {
    guard let path = log.path else { return }
    var limits = LogOptions()
    limits.maximumBytes = options.logMaximumBytes
    limits.maximumFiles = options.logMaximumFiles
    logs.append(try FileLog(path, format, limits, nil))
    files.append(path)
  }

  /// conmon's fields beside the container's id: the journal shows a tag, else the name, as the one who speaks.
  private static func fields(_ options: ConmonOptions) -> [LogOptions.Field] {
    let speaker = options.logTag ?? options.name ?? String(options.uuid.prefix(12))
    var fields = [LogOptions.Field("SYSLOG_IDENTIFIER", speaker)]
    if let name = options.name { fields.append(LogOptions.Field("CONTAINER_NAME", name)) }
    if let tag = options.logTag { fields.append(LogOptions.Field("CONTAINER_TAG", tag)) }
    return fields + options.logLabels
  }

  /// Writes output into every log.
  func write(_ stream: OutputStream, _ payload: ArraySlice<UInt8>) {
    guard !logs.isEmpty else { return }
    if let left {
      guard left > 0 else { return }
      self.left = left - Int64(payload.count)
    }
    for log in logs { log.write(stream, payload) }
  }

  /// Begins again under the logs' names, after somebody has moved the files away.
  func reopen() {
    for log in logs { log.reopen() }
  }

  /// Writes what has no line end, and waits for the disk if that is wanted.
  func end(syncing: Bool) {
    for log in logs { log.end() }
    guard syncing else { return }
    for path in files {
      // A log that cannot reach its disk is no reason to keep the container's end to ourselves.
      do throws(SystemError) { try LinuxSystem.openFile(path, .writeOnly).sync() } catch { continue }
    }
  }
}
