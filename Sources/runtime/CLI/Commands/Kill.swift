internal import Arguments
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let kill = RuntimeCommand(
    grammar: Command(
      "kill", summary: "Send a signal to a container (default TERM)", usage: "[OPTIONS] ID [SIGNAL]",
      options: [.flag("all", short: "a", help: "Send it to every process in the container")],
      interspersed: true)
  ) { context throws(LifecycleError) in
    let given = try context.positionals(1...2, "a container ID and perhaps a signal")
    let name = given.count == 2 ? given[1] : "TERM"
    // 0 is no signal: it asks whether the process is there (kill(2), runc).
    guard let number = name == "0" ? 0 : Signal.number(name) else {
      throw .usage("unknown signal \"\(name)\", expected a name such as TERM or a number from 0 to 64")
    }
    try context.store.kill(given[0], signal: number, all: context.invocation.flag("all"))
    return 0
  }
}
