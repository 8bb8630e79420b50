internal import LinuxSystem

extension ShimCommandLine {
  /// The arguments to start the shim with, without the program's name. Each value is joined to its option by `=`, so
  /// that one beginning with a dash stays a value.
  package var arguments: [String] {
    var pairs: [(Option, String?)] = [
      (.id, id), (.bundle, bundle), (.runtime, runtime), (.runtimeRoot, runtimeRoot),
      (.runDirectory, runDirectory), (.exitRecord, exitRecord),
    ]
    if logDriver != .jsonFile { pairs.append((.logDriver, logDriver.rawValue)) }
    pairs += logOptions.arguments.map { (.logOption, $0) }
    if let log { pairs.append((.log, log)) }
    if terminal { pairs.append((.terminal, nil)) }
    if keepsInput { pairs.append((.stdin, nil)) }
    if let windowSize {
      pairs += [(.columns, "\(windowSize.columns)"), (.rows, "\(windowSize.rows)")]
    }
    if isEphemeral { pairs.append((.ephemeral, nil)) }
    if let adoptedSince { pairs.append((.adopt, adoptedSince.description)) }
    if restart != .no { pairs.append((.restart, restart.description)) }
    if let health {
      pairs += [
        (.healthProcess, health.processFile), (.healthInterval, "\(health.intervalMilliseconds)"),
        (.healthTimeout, "\(health.timeoutMilliseconds)"),
        (.healthStartPeriod, "\(health.startPeriodMilliseconds)"),
        (.healthStartInterval, "\(health.startIntervalMilliseconds)"),
        (.healthRetries, "\(health.retries)"),
      ]
    }
    if let events { pairs.append((.events, events)) }
    pairs += eventAttributes.map { (.eventAttribute, "\($0.name)=\($0.value)") }
    if let launcherDescriptor { pairs.append((.launcherDescriptor, "\(launcherDescriptor)")) }
    if awaitsLauncher { pairs.append((.awaitsLauncher, nil)) }
    if let portsDescriptor { pairs.append((.portsDescriptor, "\(portsDescriptor)")) }
    pairs += exitCommand.map { (.exitCommand, $0) }
    return pairs.map { option, value in
      "--\(option.rawValue)" + (value.map { "=\($0)" } ?? "")
    }
  }
}
