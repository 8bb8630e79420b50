internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Store

/// `apus stats`.
enum StatsCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "stats", summary: "Display a live stream of container(s) resource usage statistics",
      usage: "[OPTIONS] [CONTAINER...]",
      options: [
        .flag("all", short: "a", help: "Show all containers (default shows just running)"),
        ListFormat.option,
        .flag("no-stream", help: "Disable streaming stats and only pull the first result"),
        .flag("no-trunc", help: "Do not truncate output"),
      ])
  }

  private static let columns: [ListFormat.Column] = [
    .init("CONTAINER ID", "ID"), .init("NAME", "Name"), .init("CPU %", "CPUPerc"),
    .init("MEM USAGE / LIMIT", "MemUsage"), .init("MEM %", "MemPerc"), .init("NET I/O", "NetIO"),
    .init("BLOCK I/O", "BlockIO"), .init("PIDS", "PIDs"),
  ]

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let format = try ListFormat(invocation, columns: columns)
    let engine = try context.engine()
    // Those that are named must be there; those that are not come and go.
    for name in invocation.positionals { _ = try engine.find(name) }
    let (streams, whole) = (!invocation.flag("no-stream"), invocation.flag("no-trunc"))
    // The screen is only drawn anew where there is one.
    let screen = streams && StandardDescriptor.output.isTerminal
    var last = sample(try states(engine, invocation), engine)
    repeat {
      sleep(milliseconds: streams ? 1000 : 500)
      let states = try states(engine, invocation)
      let now = sample(states, engine)
      let text = try format.text(
        states.map { row($0, now[$0.record.id], last[$0.record.id], whole: whole) })
      do throws(SystemError) {
        try StandardDescriptor.output.writeAll(Array(((screen ? "\u{1b}[H\u{1b}[J" : "") + text).utf8))
      } catch {
        // A reader that has seen enough (`| head`) is no failure.
        guard error.code == ErrorCode.brokenPipe else { throw error }
        return 0
      }
      last = now
    } while streams
    return 0
  }

  private static func states(
    _ engine: ContainerEngine, _ invocation: Invocation
  ) throws -> [ContainerState] {
    if invocation.positionals.isEmpty { return try engine.list(all: invocation.flag("all")) }
    return try invocation.positionals.map { try engine.state(of: try engine.find($0)) }
  }

  private static func sample(
    _ states: [ContainerState], _ engine: ContainerEngine
  ) -> [String: ResourceUse] {
    var uses: [String: ResourceUse] = [:]
    for state in states { uses[state.record.id] = engine.resourceUse(of: state) }
    return uses
  }

  private static func row(
    _ state: ContainerState, _ use: ResourceUse?, _ earlier: ResourceUse?, whole: Bool
  ) -> JSONValue {
    let record = state.record
    let use = use ?? ResourceUse(seconds: 0)
    return [
      "BlockIO": .string("\(HumanSize(bytes: use.readBytes)) / \(HumanSize(bytes: use.writtenBytes))"),
      "CPUPerc": .string(percent(earlier.map { use.cpuPercent(since: $0) } ?? 0)),
      "Container": .string(whole ? record.id : record.shortID),
      "ID": .string(whole ? record.id : record.shortID),
      "MemPerc": .string(percent(use.memoryPercent)),
      "MemUsage": .string(
        "\(HumanSize(bytes: use.memoryBytes, .binary)) / \(HumanSize(bytes: use.memoryLimitBytes, .binary))"),
      "Name": .string(record.name),
      "NetIO": .string("\(HumanSize(bytes: use.receivedBytes)) / \(HumanSize(bytes: use.sentBytes))"),
      "PIDs": .string("\(use.tasks)"),
    ]
  }

  /// Two decimals.
  private static func percent(_ value: Double) -> String {
    let hundredths = Int64((value * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)%"
  }
}
