internal import Arguments
internal import Engine
internal import LinuxSystem
internal import ShimProtocol

/// `apus logs`.
enum LogsCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "logs", summary: "Fetch the logs of a container", usage: "[OPTIONS] CONTAINER",
      options: [
        .flag("follow", short: "f", help: "Follow log output"),
        .value("tail", short: "n", help: "Number of lines to show from the end of the logs (default all)"),
        .flag("timestamps", short: "t", help: "Show timestamps"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let timestamps = invocation.flag("timestamps")
    var failure: SystemError?
    ignoreSignal(Signal.pipe)
    try context.engine().logs(
      invocation.positionals[0], tail: try tail(invocation), follow: invocation.flag("follow")
    ) { entry in
      let text = timestamps ? "\(entry.time) \(entry.text)" : entry.text
      let stream: StandardDescriptor = entry.stream == .output ? .output : .error
      do throws(SystemError) {
        try stream.writeAll(Array(text.utf8))
        return true
      } catch {
        failure = error
        return false
      }
    }
    // A reader that has seen enough (`| head`) is no failure.
    guard let failure, failure.code != ErrorCode.brokenPipe else { return 0 }
    throw failure
  }

  private static func tail(_ invocation: Invocation) throws -> Int? {
    guard let text = invocation.value("tail"), text != "all" else { return nil }
    // A negative number is all, as docker has it.
    return try invocation.integer("tail").flatMap { $0 < 0 ? nil : $0 }
  }
}
