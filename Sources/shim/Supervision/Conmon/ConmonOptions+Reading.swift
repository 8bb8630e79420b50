internal import ShimProtocol

extension ConmonOptions {
  /// As conmon's, where its callers give no directory (its `DEFAULT_SOCKET_PATH`).
  private static let defaultSocketDirectory = "/var/run/crio"

  init(_ found: ConmonArguments, in directory: String) throws(ShimUsageError) {
    try Self.check(found)
    let isExec = found.has(.exec)
    id = try Self.needed(found, .cid, "Container ID")
    // The old form of exec has no use for it.
    uuid =
      isExec && !found.has(.apiVersion)
      ? found.text(.cuuid) ?? id
      : try Self.needed(found, .cuuid, "Container UUID")
    name = found.text(.name)
    runtime = try Self.needed(found, .runtime, "Runtime path")
    runtimeArguments = found.list(.runtimeArgument)
    runtimeOptions = found.list(.runtimeOption, .restoreArgument)
    bundle = found.text(.bundle).map { Self.absolute($0, in: directory) } ?? (isExec ? nil : directory)
    processIDFile = Self.absolute(found.text(.containerPIDFile, .pidFile) ?? "pidfile-\(id)", in: directory)
    conmonPIDFile = found.text(.conmonPIDFile)
    execProcess = isExec ? try Self.needed(found, .execProcessSpec, "Exec process spec path") : nil
    waitsForAttach = found.has(.execAttach)
    restorePath = found.text(.restore)
    hasNewAPI = found.has(.apiVersion)
    terminal = found.has(.terminal)
    keepsInput = found.has(.stdin)
    leavesInputOpen = found.has(.leaveStdinOpen)
    noPivot = found.has(.noPivot)
    noNewKeyring = found.has(.noNewKeyring)
    systemdCgroup = found.has(.systemdCgroup)
    replacesListenPID = found.has(.replaceListenPID)
    staysChild = found.has(.sync)
    logs = try Self.logs(found)
    logMaximumBytes = try found.number(.logSizeMax, -1...Int64.max).flatMap { $0 > 0 ? $0 : nil }
    // conmon cuts the file to nothing when it is full; ours keeps what was in it under one older name.
    logMaximumFiles = Int(try found.number(.logMaxFiles, 1...Int64(LogOptions.mostFiles)) ?? 2)
    logTotalBytes = try found.number(.logGlobalSizeMax, -1...Int64.max).flatMap { $0 > 0 ? $0 : nil }
    logTag = found.text(.logTag)
    logLabels = try Self.labels(found)
    syncsLogs = !found.has(.noSyncLog)
    exitDirectory = found.text(.exitDirectory)
    persistDirectory = found.text(.persistDirectory)
    exitCommand = found.text(.exitCommand).map { [$0] + found.list(.exitCommandArgument) } ?? []
    exitDelaySeconds = try found.number(.exitDelay, 0...1 << 31) ?? 0
    timeoutSeconds = try found.number(.timeout, -1...1 << 31).flatMap { $0 > 0 ? $0 : nil }
    socketDirectory =
      found.has(.fullAttach) || isExec && bundle == nil
      ? nil : found.text(.socketDirectory) ?? Self.defaultSocketDirectory
    notifySocket = found.text(.notifySocket)
    try checkTogether()
  }

  /// What is wrong whatever the values are.
  private static func check(_ found: ConmonArguments) throws(ShimUsageError) {
    if found.has(.exec), found.has(.restore) {
      throw ShimUsageError("--exec and --restore exclude each other")
    }
    if found.has(.execAttach), !found.has(.exec) || !found.has(.apiVersion) {
      throw ShimUsageError("--exec-attach is for --exec with --api-version")
    }
    for option in [ConmonOption.seccompNotifySocket, .seccompNotifyPlugins] where found.has(option) {
      throw ShimUsageError("--\(option.rawValue): the shim loads no plugins")
    }
    if let level = found.text(.logLevel) {
      guard ["trace", "debug", "info", "warning", "warn", "error"].contains(level) else {
        throw ShimUsageError("--log-level \"\(level)\" is none of trace, debug, info, warning, error")
      }
    }
  }

  private func checkTogether() throws(ShimUsageError) {
    if passesStdio, terminal {
      throw ShimUsageError("--log-path passthrough: with --terminal there is no stdio to pass on")
    }
    let drivers = logs.map(\.driver)
    if (logTag != nil || !logLabels.isEmpty), drivers.contains(where: \.isFile), !drivers.contains(.journald)
    {
      throw ShimUsageError("--log-tag and --log-label are for the log driver \"journald\"")
    }
  }

  /// The words are conmon's where its own tests look for them (its runner/conmon_test): here, and of logs below.
  private static func needed(
    _ found: ConmonArguments, _ option: ConmonOption, _ what: String
  ) throws(ShimUsageError) -> String {
    guard let text = found.text(option) else {
      throw ShimUsageError("\(what) not provided. Use --\(option.rawValue)")
    }
    return text
  }

  private static func absolute(_ path: String, in directory: String) -> String {
    path.hasPrefix("/") ? path : "\(directory)/\(path)"
  }

  private static func logs(_ found: ConmonArguments) throws(ShimUsageError) -> [Log] {
    var logs: [Log] = []
    for text in found.list(.logPath) {
      let log = try log(text)
      if let path = log.path { try checkAllowed(path, found.list(.logAllowlistDirectory)) }
      logs.append(log)
    }
    return logs
  }

  /// `DRIVER:PATH`, `DRIVER`, or a path of the driver k8s-file.
  private static func log(_ text: String) throws(ShimUsageError) -> Log {
    guard !text.isEmpty, text != ":" else { throw ShimUsageError("log-path must not be empty") }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let path = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    switch parts[0] {
    case "off", "null", "none": return Log(driver: .none, path: nil)
    case "passthrough": return Log(driver: .passthrough, path: nil)
    case "journald": return Log(driver: .journald, path: nil)
    case "k8s-file", "json-file":
      guard let path else { throw ShimUsageError("\(parts[0]) requires a filename") }
      return Log(driver: parts[0] == "json-file" ? .jsonFile : .k8sFile, path: path)
    case "" where path != nil: return Log(driver: .k8sFile, path: path)
    default:
      guard parts.count == 1 else {
        throw ShimUsageError("No such log driver \(parts[0])")
      }
      return Log(driver: .k8sFile, path: text)
    }
  }

  private static func checkAllowed(_ path: String, _ directories: [String]) throws(ShimUsageError) {
    guard !directories.isEmpty else { return }
    let isPlain = !path.split(separator: "/").contains("..")
    guard isPlain, directories.contains(where: { path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }) else {
      throw ShimUsageError("--log-path \"\(path)\" is in no directory of --log-allowlist-dir")
    }
  }

  private static func labels(_ found: ConmonArguments) throws(ShimUsageError) -> [LogOptions.Field] {
    var fields: [LogOptions.Field] = []
    for text in found.list(.logLabel) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, LogOptions.isJournalField(parts[0]) else {
        throw ShimUsageError(
          "--log-label \"\(text)\" is no LABEL=VALUE with a label of capitals, digits and underscores")
      }
      fields.append(LogOptions.Field(parts[0], parts[1]))
    }
    return fields
  }
}
