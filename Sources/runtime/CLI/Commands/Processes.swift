internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let processes = RuntimeCommand(
    grammar: Command(
      "ps", summary: "List the processes in a container", usage: "[OPTIONS] ID [PS OPTIONS]",
      options: [.value("format", short: "f", value: "FORMAT", help: "table or json (default \"table\")")],
      interspersed: false)
  ) { context throws(LifecycleError) in
    let given = try context.positionals(1...64, "a container ID and perhaps options for ps")
    let pids = try context.store.processes(given[0])
    switch context.invocation.value("format") ?? "table" {
    case "json": try printJSON(pids.map(Int.init), style: .compact)
    case "table": StandardDescriptor.output.print(try table(pids, Array(given.dropFirst())))
    case let other: throw .usage("invalid format \"\(other)\", expected table or json")
    }
    return 0
  }

  /// The lines of the host's ps(1) that belong to the container; its options are the caller's, as in runc.
  private static func table(_ pids: [Int32], _ options: [String]) throws(LifecycleError) -> String {
    let arguments = options.isEmpty ? ["-ef"] : options
    do throws(SystemError) {
      guard let program = Environment.findProgram("ps", path: Environment.value("PATH") ?? "/usr/bin:/bin")
      else {
        throw SystemError("ps", code: ErrorCode.noEntry)
      }
      let output = try makePipe()
      var plan = SpawnPlan(program, arguments)
      plan.descriptors = [(1, output.second.raw), (2, StandardDescriptor.error.rawValue)]
      let child = try spawn(plan)
      _ = consume output.second
      let lines = String(decoding: try output.first.readAll(), as: UTF8.self).split(separator: "\n")
      _ = try child.wait()
      return try filtered(lines, pids)
    } catch { throw .system(what: "ps", error) }
  }

  private static func filtered(_ lines: [Substring], _ pids: [Int32]) throws(SystemError) -> String {
    guard let header = lines.first else {
      throw SystemError("ps", code: ErrorCode.invalid, subject: "printed nothing")
    }
    guard let column = header.split(separator: " ").firstIndex(of: "PID") else {
      throw SystemError("ps", code: ErrorCode.invalid, subject: "has no PID column")
    }
    let wanted = Set(pids)
    let own = lines.dropFirst().filter { line in
      let fields = line.split(separator: " ")
      return fields.count > column && Int32(fields[column]).map(wanted.contains) == true
    }
    return ([header] + own).map { $0 + "\n" }.joined()
  }
}
