internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let spec = RuntimeCommand(
    grammar: Command(
      "spec", summary: "Write a config.json to start from", usage: "[OPTIONS]",
      options: [
        .value("bundle", short: "b", value: "DIR", help: "The bundle's directory (default \".\")"),
        .flag("rootless", help: "Refused: needs user namespaces"),
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    _ = try context.positionals(0...0, "no argument")
    if context.invocation.flag("rootless") {
      throw .usage("spec --rootless is not supported: user namespaces are not")
    }
    let path = "\(context.invocation.value("bundle") ?? ".")/config.json"
    do throws(SystemError) {
      let text = String(decoding: try encodedTemplate(), as: UTF8.self) + "\n"
      let file = try openFile(path, [.writeOnly, .create, .exclusive], mode: 0o644)
      try file.writeAll(text)
    } catch {
      if error.code == ErrorCode.exists { throw .usage("file \(path) exists: remove it first") }
      throw .system(what: "spec", error)
    }
    return 0
  }

  private static func encodedTemplate() throws(SystemError) -> [UInt8] {
    do throws(DocumentError) { return try JSON.encode(defaultSpecification(), style: .tabs) } catch {
      throw SystemError("encode", code: ErrorCode.invalid, subject: "\(error)")
    }
  }
}
