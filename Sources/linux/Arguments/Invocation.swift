/// What a command line asks for.
package enum ParsedCommandLine: Sendable, Hashable {
  /// To run a command.
  case run(Invocation)
  /// To print this help on standard output, and end well.
  case help(String)
}

/// A command with its options and positionals.
package struct Invocation: Sendable, Hashable {
  /// The names of the groups and the command without the program, such as `["container", "ls"]`; an alias is
  /// replaced by the name it stands for.
  package let path: [String]
  /// The options before the command's name, of the program and of groups.
  package let globals: OptionValues
  /// The command's own options.
  package let options: OptionValues
  /// What is no option, in order.
  package let positionals: [String]

  /// The names joined by spaces, such as `container ls`.
  package var command: String { path.joined(separator: " ") }

  /// Whether a flag of the command is given and not `=false`.
  package func flag(_ name: String) -> Bool { options.flag(name) }

  /// A flag of the command, or nil when it is not given.
  package func flagIfGiven(_ name: String) -> Bool? { options.flagIfGiven(name) }

  /// The last value of an option of the command, or nil when it is not given.
  package func value(_ name: String) -> String? { options.value(name) }

  /// All values of an option of the command, in order.
  package func list(_ name: String) -> [String] { options.list(name) }
}

/// The options that were given, by the first of their names.
package struct OptionValues: Sendable, Hashable {
  // A list and not a dictionary: a handful of options, and a first dictionary costs a program that starts for every
  // container more than all look-ups.
  private var given: [Given] = []
  private var declared: [CommandOption]

  private struct Given: Sendable, Hashable {
    let name: String
    let value: String
  }

  /// No option given, of those declared.
  init(declared: [CommandOption]) {
    self.declared = declared
  }

  /// Whether no option was given.
  var isEmpty: Bool { given.isEmpty }

  /// Notes one more value; flags are noted as `true` and `false`.
  mutating func add(_ value: String, to option: CommandOption) {
    given.append(Given(name: option.name, value: value))
  }

  /// Takes in what an inner group declares and got.
  mutating func merge(_ inner: OptionValues) {
    declared += inner.declared
    given += inner.given
  }

  /// Whether a flag is given and not `=false`.
  package func flag(_ name: String) -> Bool { flagIfGiven(name) ?? false }

  /// A flag, or nil when it is not given.
  package func flagIfGiven(_ name: String) -> Bool? { value(name).map { $0 == "true" } }

  /// The last value, or nil when the option is not given.
  package func value(_ name: String) -> String? {
    requireDeclared(name)
    return given.last { $0.name == name }?.value
  }

  /// All values in order.
  package func list(_ name: String) -> [String] {
    requireDeclared(name)
    return given.filter { $0.name == name }.map(\.value)
  }

  private func requireDeclared(_ name: String) {
    assert(declared.contains { $0.name == name }, "no option is declared as --\(name)")
  }
}
