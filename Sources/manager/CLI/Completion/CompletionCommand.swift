internal import Arguments
internal import LinuxSystem

/// `apus completion bash|zsh|fish`.
enum CompletionCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "completion", summary: "Print the completion script of a shell: bash, zsh or fish",
      usage: "SHELL")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let shell = invocation.positionals[0]
    guard let script = CompletionScript.text(for: shell, program: calledAs) else {
      throw UsageError(
        "no completion for \"\(shell)\": one of \(CompletionScript.shells.joined(separator: ", "))",
        command: invocation.called)
    }
    try Answer.print(script)
    return 0
  }

  /// The name by which the user calls the program: the script is for that one too.
  private static var calledAs: String {
    let name = splitPath(Environment.arguments.first ?? "apus").name
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || ".-_".utf8.contains(byte)
    }
    return isPlain && !name.hasPrefix("-") && !name.isEmpty ? name : "apus"
  }
}
