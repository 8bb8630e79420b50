internal import LinuxSystem

/// `apus-init`: process 1 of a container that was made with `--init`.
///
/// It starts the program, passes signals on to it, reaps what nobody else does, and ends as the program ends; whatever then
/// still runs in the container, the kernel kills. It prints nothing unless the program cannot be started.
@main
enum Init {
  static func main() {
    var arguments = Environment.arguments.dropFirst()
    if arguments.first == "--" { arguments = arguments.dropFirst() }
    guard let program = arguments.first else {
      end(125, "no program is given: apus-init -- PROGRAM [ARGUMENT...]")
    }
    do throws(SystemError) {
      // Before the program is there: none of its signals may be missed.
      let queue = try SignalQueue()
      let child = try start(program, Array(arguments))
      exitImmediately(try serve(queue, child))
    } catch {
      end(error.code == ErrorCode.noEntry ? 127 : 126, "exec \"\(program)\": \(error.reason)")
    }
  }

  private static func start(_ program: String, _ arguments: [String]) throws(SystemError) -> Int32 {
    let path = program.contains("/") ? program : findProgram(program)
    guard let path else { throw SystemError("start", code: ErrorCode.noEntry, subject: program) }
    var plan = SpawnPlan(path, [])
    plan.arguments = arguments
    plan.descriptors = [(0, 0), (1, 1), (2, 2)]
    // The keys of a terminal reach the program's group alone; this process passes on what is sent to itself.
    plan.newProcessGroup = true
    return try spawn(plan).pid
  }

  private static func findProgram(_ name: String) -> String? {
    Environment.findProgram(name, path: Environment.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
  }

  /// - Returns: the program's status, as a shell has it.
  private static func serve(_ queue: borrowing SignalQueue, _ child: Int32) throws(SystemError) -> Int32 {
    while true {
      let signal = try queue.next()
      guard signal == Signal.child else {
        pass(signal, to: child)
        continue
      }
      // One signal may stand for several ends.
      while let ended = try reapAnyChild() {
        if ended.pid == child { return ended.status.shellCode }
      }
    }
  }

  /// The program may have ended just now.
  private static func pass(_ signal: Int32, to child: Int32) {
    // What the kernel sends to who touches the terminal from the background.
    if signal == Signal.terminalInput || signal == Signal.terminalOutput { return }
    do throws(SystemError) { try sendSignal(signal, toPID: child) } catch { return }
  }

  private static func end(_ code: Int32, _ reason: String) -> Never {
    StandardDescriptor.error.print("apus-init: \(reason)\n")
    exitImmediately(code)
  }
}
