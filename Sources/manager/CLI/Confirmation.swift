internal import Arguments
internal import LinuxSystem

/// docker's question before something is pruned.
enum Confirmation {
  /// The option that answers it beforehand, for grammars.
  static let option = CommandOption.flag("force", short: "f", help: "Do not prompt for confirmation")

  /// Prints the warning with the question, and reads a line.
  /// - Returns: whether it was `y` or `yes`, or nothing needed to be asked; the end of stdin is a no.
  static func ask(_ warning: String, _ invocation: Invocation) throws -> Bool {
    if invocation.flag("force") { return true }
    try Answer.print("\(warning)\nAre you sure you want to continue? [y/N] ")
    guard let answer = readLine() else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }
}
