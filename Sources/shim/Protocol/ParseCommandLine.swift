internal import LinuxSystem

extension ShimCommandLine {
  /// Takes the options as they were found on the command line.
  /// - Parameter found: every value given for an option, in order; `true` or `false` for one without a value.
  /// - Throws: `ShimUsageError` for a missing, repeated or impossible one.
  package init(_ found: (Option) -> [String]) throws(ShimUsageError) {
    var values: [Option: String] = [:]
    for option in Option.allCases where !Self.repeated.contains(option) {
      let given = found(option)
      guard given.count < 2 else { throw ShimUsageError("--\(option.rawValue) is given twice") }
      values[option] = given.first
    }
    self.init(
      id: try Self.text(values, .id), bundle: try Self.path(values, .bundle),
      runtime: try Self.path(values, .runtime), runtimeRoot: try Self.path(values, .runtimeRoot),
      runDirectory: try Self.path(values, .runDirectory), exitRecord: try Self.path(values, .exitRecord))
    logDriver = try Self.logDriver(values)
    logOptions = try LogOptions(found(.logOption), for: logDriver)
    log = values[.log] == nil ? nil : try Self.path(values, .log)
    terminal = values[.terminal] == "true"
    keepsInput = values[.stdin] == "true"
    windowSize = try Self.windowSize(values)
    isEphemeral = values[.ephemeral] == "true"
    adoptedSince = try values[.adopt].map { (text) throws(ShimUsageError) in
      guard let time = Timestamp(text) else {
        throw ShimUsageError("--adopt \"\(text)\" is no RFC 3339 time")
      }
      return time
    }
    if let text = values[.restart] { restart = try Self.restartPolicy(text) }
    try checkLog()
    health = try Self.health(values)
    events = values[.events] == nil ? nil : try Self.path(values, .events)
    eventAttributes = try Self.eventAttributes(found(.eventAttribute))
    launcherDescriptor = try values[.launcherDescriptor].map { (text) throws(ShimUsageError) in
      try Self.number(text, .launcherDescriptor, 3...Int32.max)
    }
    awaitsLauncher = values[.awaitsLauncher] == "true"
    if awaitsLauncher, launcherDescriptor == nil {
      throw ShimUsageError("--\(Option.awaitsLauncher.rawValue) without --launcher-fd")
    }
    portsDescriptor = try values[.portsDescriptor].map { (text) throws(ShimUsageError) in
      try Self.number(text, .portsDescriptor, 3...Int32.max)
    }
    if let portsDescriptor, portsDescriptor == launcherDescriptor {
      throw ShimUsageError("--ports-fd and --launcher-fd are both \(portsDescriptor)")
    }
    exitCommand = found(.exitCommand)
    if let program = exitCommand.first, !program.hasPrefix("/") {
      throw ShimUsageError("--exit-command \"\(program)\" is not an absolute path")
    }
  }

  /// What may be given several times.
  private static let repeated: [Option] = [.exitCommand, .logOption, .eventAttribute]

  private static func eventAttributes(_ texts: [String]) throws(ShimUsageError) -> [Event.Attribute] {
    var attributes: [Event.Attribute] = []
    for text in texts {
      let bytes = text.utf8
      guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")) else {
        throw ShimUsageError("--event-attribute \"\(text)\" is not NAME=VALUE")
      }
      attributes.append(
        Event.Attribute(String(text[..<sign]), String(text[bytes.index(after: sign)...])))
    }
    return attributes
  }

  private static func logDriver(_ values: [Option: String]) throws(ShimUsageError) -> LogDriver {
    guard let name = values[.logDriver] else { return .jsonFile }
    guard let driver = LogDriver(rawValue: name) else {
      let known = LogDriver.allCases.map(\.rawValue).joined(separator: ", ")
      throw ShimUsageError("--log-driver \"\(name)\" is none of \(known)")
    }
    return driver
  }

  private func checkLog() throws(ShimUsageError) {
    if log != nil, !logDriver.isFile {
      throw ShimUsageError("--log belongs to json-file and k8s-file, not to \"\(logDriver.rawValue)\"")
    }
    guard logDriver == .passthrough else { return }
    if terminal { throw ShimUsageError("--log-driver passthrough and --terminal exclude each other") }
    // What is passed on is the first run's, and the shim has let go of it.
    if restart != .no { throw ShimUsageError("--log-driver passthrough and --restart exclude each other") }
  }

  private static func text(_ values: [Option: String], _ option: Option) throws(ShimUsageError) -> String {
    guard let text = values[option], !text.isEmpty else {
      throw ShimUsageError("--\(option.rawValue) is needed")
    }
    return text
  }

  // The shim works from `/`, so a relative path would mean another file than its caller meant.
  private static func path(_ values: [Option: String], _ option: Option) throws(ShimUsageError) -> String {
    let text = try text(values, option)
    guard text.hasPrefix("/") else {
      throw ShimUsageError("--\(option.rawValue) \"\(text)\" is not an absolute path")
    }
    return text
  }

  private static func windowSize(_ values: [Option: String]) throws(ShimUsageError) -> WindowSize? {
    switch (values[.columns], values[.rows]) {
    case (nil, nil): return nil
    case (let columns?, let rows?):
      return WindowSize(
        columns: try number(columns, .columns, 0...UInt16.max), rows: try number(rows, .rows, 0...UInt16.max))
    default: throw ShimUsageError("--columns and --rows belong together")
    }
  }

  private static func restartPolicy(_ text: String) throws(ShimUsageError) -> RestartPolicy {
    do throws(RestartPolicyError) { return try RestartPolicy(text) } catch {
      throw ShimUsageError("--restart \"\(text)\": \(error)")
    }
  }

  private static func health(_ values: [Option: String]) throws(ShimUsageError) -> HealthSettings? {
    let details: [Option] = [
      .healthInterval, .healthTimeout, .healthStartPeriod, .healthStartInterval, .healthRetries,
    ]
    guard values[.healthProcess] != nil else {
      if let detail = details.first(where: { values[$0] != nil }) {
        throw ShimUsageError("--\(detail.rawValue) needs --\(Option.healthProcess.rawValue)")
      }
      return nil
    }
    var health = HealthSettings(processFile: try path(values, .healthProcess))
    func milliseconds(
      _ option: Option, _ usual: Int64, from least: Int64 = 1
    ) throws(ShimUsageError) -> Int64 {
      // A century at most: what comes of it still fits where it is added up.
      try values[option].map { (text) throws(ShimUsageError) in
        try number(text, option, least...3_155_760_000_000)
      } ?? usual
    }
    health.intervalMilliseconds = try milliseconds(.healthInterval, health.intervalMilliseconds)
    health.timeoutMilliseconds = try milliseconds(.healthTimeout, health.timeoutMilliseconds)
    health.startPeriodMilliseconds = try milliseconds(
      .healthStartPeriod, health.startPeriodMilliseconds, from: 0)
    health.startIntervalMilliseconds = try milliseconds(
      .healthStartInterval, health.startIntervalMilliseconds)
    if let text = values[.healthRetries] { health.retries = try number(text, .healthRetries, 1...Int.max) }
    return health
  }

  private static func number<Number: FixedWidthInteger>(
    _ text: String, _ option: Option, _ range: ClosedRange<Number>
  ) throws(ShimUsageError) -> Number {
    guard let number = Number(text), range.contains(number) else {
      throw ShimUsageError(
        "--\(option.rawValue) \"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
