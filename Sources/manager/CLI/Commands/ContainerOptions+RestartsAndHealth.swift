internal import Arguments
internal import Engine
internal import OCIImageSpec
internal import Options
internal import ShimProtocol

/// The options of restarts and health checks.
extension ContainerOptions {
  static let restartsAndHealth: [CommandOption] = [
    .value("health-cmd", help: "Command to run to check health"),
    .value("health-interval", value: "duration", help: "Time between running the check (default 30s)"),
    .value(
      "health-retries", value: "int", help: "Consecutive failures needed to report unhealthy (default 3)"),
    .value(
      "health-start-interval", value: "duration",
      help: "Time between running the check during the start period (default 5s)"),
    .value(
      "health-start-period", value: "duration",
      help: "Start period for the container to initialize before failures count (default 0s)"),
    .value(
      "health-timeout", value: "duration", help: "Maximum time to allow one check to run (default 30s)"),
    .flag("no-healthcheck", help: "Disable any container-specified HEALTHCHECK"),
    .value(
      "restart", value: "string",
      help: "Restart policy when a container exits: no, always, unless-stopped, on-failure[:max-retries]"),
  ]

  /// Reads `--restart`; empty is docker's way to say nothing.
  static func restartPolicy(_ text: String) throws -> RestartPolicy {
    if text.isEmpty { return .no }
    do throws(RestartPolicyError) { return try RestartPolicy(text) } catch {
      throw CommandFailure(125, error.description)
    }
  }

  static func restartPolicy(_ invocation: Invocation) throws -> RestartPolicy {
    let policy = try restartPolicy(invocation.value("restart") ?? "")
    guard policy == .no || !invocation.flag("rm") else {
      throw UsageError(
        "conflicting options: cannot specify both --restart and --rm", command: invocation.called)
    }
    return policy
  }

  /// Reads `--health-…` and `--no-healthcheck`; nil leaves it to the image (docker/cli, container/opts.go).
  static func healthcheck(_ invocation: Invocation) throws -> Healthcheck? {
    let command = invocation.value("health-cmd") ?? ""
    func time(_ name: String) throws -> Int64? {
      guard let text = invocation.value(name) else { return nil }
      let time = try GoDuration(text, option: "--\(name)").nanoseconds
      guard time >= 0 else {
        throw UsageError("--\(name) cannot be negative", command: invocation.called)
      }
      return time == 0 ? nil : time
    }
    var check = Healthcheck()
    if !command.isEmpty { check.test = ["CMD-SHELL", command] }
    check.interval = try time("health-interval")
    check.timeout = try time("health-timeout")
    check.startPeriod = try time("health-start-period")
    check.startInterval = try time("health-start-interval")
    if let retries = try invocation.integer("health-retries"), retries != 0 {
      guard retries > 0 else {
        throw UsageError("--health-retries cannot be negative", command: invocation.called)
      }
      check.retries = retries
    }
    let isEmpty = check == Healthcheck()
    if invocation.flag("no-healthcheck") {
      guard isEmpty else {
        throw UsageError("--no-healthcheck conflicts with --health-* options", command: invocation.called)
      }
      return Healthcheck.disabled
    }
    return isEmpty ? nil : check
  }
}
