internal import Arguments
internal import LinuxSystem
internal import ShimProtocol
internal import Supervision

/// `apus-shim`: spec/shim-protocol.md.
@main
struct Shim {
  static func main() {
    let words = Environment.arguments
    if words.dropFirst().elementsEqual(["compress-log"]) { compressLog() }
    if ConmonOption.isConmon(program: words.first ?? "", Array(words.dropFirst())) { runAsConmon() }
    do throws(ShimUsageError) {
      let command = try readCommandLine()
      exitImmediately(try startInBackground(command))
    } catch {
      StandardDescriptor.error.print("apus-shim: \(error)\n")
      exitImmediately(125)
    }
  }

  private static func readCommandLine() throws(ShimUsageError) -> ShimCommandLine {
    let grammar = Command(
      "apus-shim", summary: "Supervise one container: its stdio, its log and its end", usage: "OPTIONS",
      options: ShimCommandLine.Option.allCases.map(option))
    let parsed: ParsedCommandLine
    do throws(UsageError) { parsed = try grammar.parse(Array(Environment.arguments.dropFirst())) } catch {
      throw ShimUsageError("\(error)")
    }
    switch parsed {
    case .help(let text):
      StandardDescriptor.output.print(text)
      exitImmediately(0)
    case .run(let invocation):
      if let word = invocation.positionals.first { throw ShimUsageError("unexpected argument \"\(word)\"") }
      return try ShimCommandLine { invocation.list($0.rawValue) }
    }
  }

  private static func option(_ option: ShimCommandLine.Option) -> CommandOption {
    // A list even where one value is meant: what is given twice is refused, not overruled.
    option.takesValue
      ? .list(option.rawValue, value: option.valueName, help: option.help)
      : .flag(option.rawValue, help: option.help)
  }
}
