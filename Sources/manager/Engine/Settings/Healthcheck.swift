internal import JSONDocument
internal import LinuxSystem
package import OCIImageSpec
internal import OCIRuntimeSpec
internal import ShimProtocol
internal import Store

/// docker's Config.Healthcheck; times are in nanoseconds, and what is absent or 0 has its default.
package typealias Healthcheck = ImageConfiguration.Healthcheck

extension Healthcheck {
  /// `--no-healthcheck`: whatever the image says.
  package static var disabled: Healthcheck { Healthcheck(test: ["NONE"]) }

  /// What is not said takes what the image says (moby, daemon/commit.go, merge).
  static func merged(_ own: Healthcheck?, image: Healthcheck?) throws(EngineError) -> Healthcheck? {
    guard let own else { return try image?.checked() }
    guard let image else { return try own.checked() }
    func first(_ a: Int64?, _ b: Int64?) -> Int64? { a == nil || a == 0 ? b : a }
    return try Healthcheck(
      test: own.test?.isEmpty ?? true ? image.test : own.test,
      interval: first(own.interval, image.interval), timeout: first(own.timeout, image.timeout),
      startPeriod: first(own.startPeriod, image.startPeriod),
      startInterval: first(own.startInterval, image.startInterval),
      retries: own.retries == nil || own.retries == 0 ? image.retries : own.retries
    ).checked()
  }

  /// docker's rules (moby, daemon/container.go, validateHealthCheck); what it would pass over is refused.
  private func checked() throws(EngineError) -> Healthcheck {
    for (name, time) in [
      ("Interval", interval), ("Timeout", timeout), ("StartPeriod", startPeriod),
      ("StartInterval", startInterval),
    ] {
      guard let time, time != 0 else { continue }
      if time < 1_000_000 { throw EngineError(.invalid, "\(name) in Healthcheck cannot be less than 1ms") }
      // A hundred years: with the clock's own time, 64 bits of nanoseconds hold it.
      guard time <= 876_000 * 3_600_000_000_000 else {
        throw EngineError(.invalid, "\(name) in Healthcheck cannot be more than 876000h")
      }
    }
    if let retries, retries < 0 { throw EngineError(.invalid, "Retries in Healthcheck cannot be negative") }
    switch test?.first {
    case "NONE": break
    case "CMD", "CMD-SHELL":
      guard (test?.count ?? 0) > 1 else { throw EngineError(.invalid, "Healthcheck: no command to run") }
    case nil: throw EngineError(.invalid, "no health check to set: the image has none, so give --health-cmd")
    case let type?:
      throw EngineError(.invalid, "Healthcheck: unknown type \(type): expected CMD, CMD-SHELL or NONE")
    }
    return self
  }

  /// The program and its arguments; nil when nothing is checked.
  /// - Parameter shell: the image's SHELL; empty is `/bin/sh -c`.
  func command(shell: [String]) -> [String]? {
    guard let test else { return nil }
    switch test.first {
    case "CMD": return Array(test.dropFirst())
    case "CMD-SHELL": return (shell.isEmpty ? ["/bin/sh", "-c"] : shell) + test.dropFirst()
    default: return nil
    }
  }

  /// What the shim is told.
  func shimSettings(processFile: String) -> HealthSettings {
    var settings = HealthSettings(processFile: processFile)
    func milliseconds(_ time: Int64?, _ usual: Int64) -> Int64 {
      guard let time, time > 0 else { return usual }
      return max(1, time / 1_000_000)
    }
    settings.intervalMilliseconds = milliseconds(interval, settings.intervalMilliseconds)
    settings.timeoutMilliseconds = milliseconds(timeout, settings.timeoutMilliseconds)
    settings.startPeriodMilliseconds = milliseconds(startPeriod, settings.startPeriodMilliseconds)
    settings.startIntervalMilliseconds = milliseconds(startInterval, settings.startIntervalMilliseconds)
    if let retries, retries > 0 { settings.retries = retries }
    return settings
  }
}

extension Healthcheck {
  /// docker's JSON; what is absent stays absent.
  var document: JSONValue {
    var members = JSONObject([])
    members["Test"] = test.map { strings($0) }
    members["Interval"] = interval.map { .integer($0) }
    members["Timeout"] = timeout.map { .integer($0) }
    members["StartPeriod"] = startPeriod.map { .integer($0) }
    members["StartInterval"] = startInterval.map { .integer($0) }
    members["Retries"] = retries.map { .integer(Int64($0)) }
    return .object(members)
  }
}

extension ContainerEngine {
  /// Writes the process.json of a container's health check, for a start whose root is mounted and whose run directory
  /// is there.
  /// - Returns: nil when nothing is checked.
  func prepareHealthcheck(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> HealthSettings?
  {
    guard let check = settings.healthcheck, let command = check.command(shell: settings.shell) else {
      return nil
    }
    let file = ShimPaths(directory: paths.shimDirectory(id)).healthProcess
    let process = try compileProcess(ExecRequest(command: command), id, settings)
    try write(process.document, to: file)
    return check.shimSettings(processFile: file)
  }

  /// docker's State.Health of a container that runs; nil where nothing is checked.
  func health(of id: String) throws(SystemError) -> JSONValue? {
    let path = ShimPaths(directory: paths.shimDirectory(id)).health
    do throws(SystemError) {
      let bytes = try readFile(path, limit: 1 << 20)
      do throws(DocumentError) { return try JSON.parse(bytes, file: path) } catch { return nil }
    } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return nil
    }
  }
}
