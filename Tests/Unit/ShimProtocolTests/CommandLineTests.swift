import LinuxSystem
import ShimProtocol
import Testing

/// The shim's command line: what one end renders the other reads.
struct CommandLineTests {
  static let least = ShimCommandLine(
    id: "c1", bundle: "/b", runtime: "/usr/bin/runc", runtimeRoot: "/r", runDirectory: "/run/c1",
    exitRecord: "/e")

  static var most: ShimCommandLine {
    var line = least
    line.logDriver = .k8sFile
    line.log = "/log=1"
    line.logOptions.maximumBytes = nil
    line.logOptions.maximumFiles = 7
    line.terminal = true
    line.keepsInput = true
    line.isEphemeral = true
    line.windowSize = WindowSize(columns: 80, rows: 24)
    line.restart = .onFailure(maximum: 5)
    line.health = HealthSettings(processFile: "/p")
    line.health?.retries = 7
    line.events = "/run/events.log"
    line.eventAttributes = [Event.Attribute("name", "a"), Event.Attribute("x", "y=z")]
    line.launcherDescriptor = 3
    line.awaitsLauncher = true
    line.exitCommand = ["/usr/bin/apus", "--root", "", "-x", "a=b", "--id"]
    return line
  }

  /// As a getopt-like reader takes `--name=value` apart.
  private func parse(_ arguments: [String]) throws -> ShimCommandLine {
    var found: [ShimCommandLine.Option: [String]] = [:]
    for argument in arguments {
      let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let option = try #require(ShimCommandLine.Option(rawValue: String(parts[0])), "\(argument)")
      #expect((parts.count == 2) == option.takesValue)
      found[option, default: []].append(option.takesValue ? String(parts[1]) : "true")
    }
    return try ShimCommandLine { found[$0] ?? [] }
  }

  @Test func whatIsRenderedIsReadBack() throws {
    #expect(try parse(Self.least.arguments) == Self.least)
    #expect(try parse(Self.most.arguments) == Self.most)
  }

  @Test(arguments: [
    (["--bundle=/b"], "--id is needed"),
    (["--bundle=b"], "--bundle \"b\" is not an absolute path"),
    (["--columns=80"], "--columns and --rows belong together"),
    (["--columns=80", "--rows=x"], "--rows \"x\" is not a number from 0 to 65535"),
    (["--await"], "--await without --launcher-fd"),
    (["--launcher-fd=2"], "--launcher-fd \"2\" is not a number from 3 to 2147483647"),
    (
      ["--restart=never"],
      "--restart \"never\": invalid restart policy: unknown policy 'never'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
    ),
    (["--health-retries=3"], "--health-retries needs --health-process"),
    (
      ["--health-process=/p", "--health-interval=0"],
      "--health-interval \"0\" is not a number from 1 to 3155760000000"
    ),
    (["--exit-command=apus"], "--exit-command \"apus\" is not an absolute path"),
    (["--log=/a", "--log=/b"], "--log is given twice"),
    (
      ["--log-driver=passthrough", "--restart=always"],
      "--log-driver passthrough and --restart exclude each other"
    ),
    (["--log-driver=none", "--log=/a"], "--log belongs to json-file and k8s-file, not to \"none\""),
    (
      ["--log-driver=passthrough", "--terminal"], "--log-driver passthrough and --terminal exclude each other"
    ),
    (
      ["--log-driver=syslog"],
      "--log-driver \"syslog\" is none of json-file, k8s-file, journald, none, passthrough"
    ),
  ])
  func whatCannotBeMeantIsRefused(changed: [String], message: String) throws {
    let names = Set(changed.map { $0.prefix { $0 != "=" } })
    let others =
      message.hasPrefix("--id")
      ? [] : Self.least.arguments.filter { !names.contains($0.prefix { $0 != "=" }) }
    #expect(throws: ShimUsageError(message)) { try parse(others + changed) }
  }
}
