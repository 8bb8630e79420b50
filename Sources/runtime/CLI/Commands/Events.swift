internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let events = RuntimeCommand(
    grammar: Command(
      "events", summary: "Print what a container uses and when it runs out of memory", usage: "[OPTIONS] ID",
      options: [
        .flag("stats", help: "Print its use once"),
        .value("interval", value: "TIME", help: "How often to print its use, such as 500ms (default \"5s\")"),
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    let id = try context.containerID()
    let text = context.invocation.value("interval") ?? "5s"
    guard let interval = duration(text), interval > .zero else {
      throw .usage("invalid interval \"\(text)\", expected a time greater than 0 such as 5s")
    }
    try context.store.events(id, every: context.invocation.flag("stats") ? nil : interval) { event in
      StandardDescriptor.output.print(String(decoding: JSON.write(event), as: UTF8.self) + "\n")
    }
    return 0
  }

  /// Go's form of a duration: numbers with units, such as `1m30s` or `1.5h`.
  static func duration(_ text: String) -> Duration? {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
    var rest = text[...]
    var seconds = 0.0
    repeat {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      guard let number = Double(digits), let unit = units.first(where: { rest.hasPrefix($0.0) }) else {
        return nil
      }
      rest = rest.dropFirst(unit.0.count)
      seconds += number * unit.1
    } while !rest.isEmpty
    return seconds < 1_000_000 ? .seconds(seconds) : nil
  }
}
