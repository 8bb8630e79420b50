/// A command of a program, or a group of commands, with everything its command line may hold.
package struct Command: Sendable {
  /// The name it is called by; of the root the program's name.
  package let name: String
  /// Other names it can be called by.
  package let aliases: [String]
  /// One sentence for help.
  package let summary: String
  /// What follows the name in the usage line, such as `[OPTIONS] IMAGE [COMMAND] [ARG...]`.
  package let usage: String
  /// Its options; of a group those that stand before the next name.
  package let options: [CommandOption]
  /// Whether options may follow positionals (`ps`, `rm`), or the first positional ends them (`run`, `exec`).
  package let isInterspersed: Bool
  /// The commands of a group, by name; empty for a command.
  let subcommands: [Subcommand]
  /// Whether help passes over it.
  package let isHidden: Bool

  /// Makes a command.
  package init(
    _ name: String, aliases: [String] = [], summary: String, usage: String, options: [CommandOption] = [],
    interspersed: Bool = true, hidden: Bool = false
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.usage = usage
    self.options = options
    isInterspersed = interspersed
    subcommands = []
    isHidden = hidden
  }

  /// Makes a group of commands, or the root of a program.
  package init(
    group name: String, aliases: [String] = [], summary: String, options: [CommandOption] = [],
    commands: [Command], hidden: Bool = false
  ) {
    self.init(
      group: name, aliases: aliases, summary: summary, options: options,
      subcommands: commands.map { command in Subcommand(command.name, aliases: command.aliases) { command } },
      hidden: hidden)
  }

  /// Makes a group whose commands' grammars are made when one is called or help wants them: a program that starts for
  /// every container need not make a dozen for the one it is called by.
  package init(
    group name: String, aliases: [String] = [], summary: String, options: [CommandOption] = [],
    subcommands: [Subcommand], hidden: Bool = false
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    usage = options.contains { !$0.isHidden } ? "[OPTIONS] COMMAND" : "COMMAND"
    self.options = options
    isInterspersed = false
    self.subcommands = subcommands
    isHidden = hidden
  }

  /// The same command under another name, such as `container ls` for `ps`.
  /// - Parameter aliases: what else it is called there.
  package func renamed(_ name: String, aliases: [String]) -> Command {
    Command(
      name, aliases: aliases, summary: summary, usage: usage, options: options, interspersed: isInterspersed,
      hidden: isHidden)
  }

  /// The option of a long name.
  func option(named name: String) -> CommandOption? {
    options.first { $0.names.contains(name) }
  }

  /// The option of a letter.
  func option(letter: Character) -> CommandOption? {
    options.first { $0.short == letter }
  }

  /// The commands of a group.
  var commands: [Command] { subcommands.map { $0.make() } }

  /// The command of a name.
  func command(named name: String) -> Command? {
    subcommands.first { $0.name == name || $0.aliases.contains(name) }?.make()
  }
}

/// A command of a group by its names; its grammar on demand.
package struct Subcommand: Sendable {
  let name: String
  let aliases: [String]
  let make: @Sendable () -> Command

  /// - Parameter make: the grammar, of this name and these aliases.
  package init(_ name: String, aliases: [String] = [], _ make: @escaping @Sendable () -> Command) {
    self.name = name
    self.aliases = aliases
    self.make = make
  }
}
