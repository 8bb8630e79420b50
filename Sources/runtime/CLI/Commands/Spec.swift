internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem
internal import OCIRuntimeSpec

extension RuntimeCommand {
  static let spec = RuntimeCommand(
    grammar: Command(
      "spec", summary: "Write a config.json to start from", usage: "[OPTIONS]",
      options: [
        .value("bundle", short: "b", value: "DIR", help: "The bundle's directory (default \".\")"),
        .flag("rootless", help: "One for a user who is not root: your own id is root inside"),
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    _ = try context.positionals(0...0, "no argument")
    let unified = hasUnifiedCgroups()
    let specification =
      context.invocation.flag("rootless")
      ? rootlessSpecification(unifiedCgroups: unified) : defaultSpecification(unifiedCgroups: unified)
    let path = "\(context.invocation.value("bundle") ?? ".")/config.json"
    do throws(SystemError) {
      let text = String(decoding: try encoded(specification), as: UTF8.self) + "\n"
      let file = try openFile(path, [.writeOnly, .create, .exclusive], mode: 0o644)
      try file.writeAll(text)
    } catch {
      if error.code == ErrorCode.exists { throw .usage("file \(path) exists: remove it first") }
      throw .system(what: "spec", error)
    }
    return 0
  }

  private static func encoded(_ specification: RuntimeSpec) throws(SystemError) -> [UInt8] {
    do throws(DocumentError) { return try JSON.encode(specification, style: .tabs) } catch {
      throw SystemError("encode", code: ErrorCode.invalid, subject: "\(error)")
    }
  }
}
