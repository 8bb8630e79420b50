extension Command {
  /// Reads the arguments after the program's name, with the meaning that pflag gives them for docker.
  ///
  /// - Throws: `UsageError` for an unknown command or option, a missing value, or a flag neither true nor false.
  package func parse(_ arguments: [String]) throws(UsageError) -> ParsedCommandLine {
    try parse(arguments[...], called: [name], globals: OptionValues(declared: []))
  }

  private func parse(
    _ arguments: ArraySlice<String>, called names: [String], globals: OptionValues
  ) throws(UsageError) -> ParsedCommandLine {
    var reading = OptionReading(self, called: names, arguments)
    try reading.read()
    if reading.wantsHelp { return .help(help(called: names)) }
    guard !subcommands.isEmpty else {
      return .run(
        Invocation(
          path: Array(names.dropFirst()), globals: globals, options: reading.values,
          positionals: reading.positionals))
    }
    guard let word = reading.positionals.first else {
      // Options alone, such as `--version`, are for the program to answer; nothing at all wants help.
      guard !reading.values.isEmpty else { return .help(help(called: names)) }
      return .run(
        Invocation(
          path: Array(names.dropFirst()), globals: reading.values, options: reading.values, positionals: []))
    }
    guard let next = command(named: word) else {
      let known = commands.filter { !$0.isHidden }.map(\.name)
      throw UsageError(
        "unknown command: \(word)\(NearMiss.hint(word, among: known))", command: names.joined(separator: " "))
    }
    var globals = globals
    globals.merge(reading.values)
    return try next.parse(reading.positionals.dropFirst(), called: names + [next.name], globals: globals)
  }
}

/// Takes the arguments of one command apart.
struct OptionReading {
  private let command: Command
  private let called: [String]
  private var rest: ArraySlice<String>
  /// The options read so far.
  private(set) var values: OptionValues
  /// What is no option, in order.
  private(set) var positionals: [String] = []
  /// Whether help was asked for; what follows is then not read.
  private(set) var wantsHelp = false

  /// Prepares to read `arguments`; `called` names the command in errors.
  init(_ command: Command, called: [String], _ arguments: ArraySlice<String>) {
    self.command = command
    self.called = called
    rest = arguments
    values = OptionValues(declared: command.options)
  }

  /// Reads to the end, or to a wish for help.
  mutating func read() throws(UsageError) {
    while !wantsHelp, let argument = rest.popFirst() {
      if argument == "--" {
        positionals += rest
        return
      } else if argument.hasPrefix("--") {
        try readLong(argument)
      } else if argument.hasPrefix("-"), argument != "-" {
        try readShort(argument)
      } else {
        positionals.append(argument)
        guard command.isInterspersed else {
          positionals += rest
          return
        }
      }
    }
  }

  private mutating func readLong(_ argument: String) throws(UsageError) {
    let text = argument.utf8.dropFirst(2)
    let sign = text.firstIndex(of: UInt8(ascii: "="))
    let name = String(argument[text.startIndex..<(sign ?? text.endIndex)])
    guard !name.isEmpty, !name.hasPrefix("-") else { throw error("bad flag syntax: \(argument)") }
    let attached = sign.map { String(argument[text.index(after: $0)...]) }
    guard let option = command.option(named: name) else {
      guard name != "help" else { return wantsHelp = true }
      let known = command.options.filter { !$0.isHidden }.flatMap(\.names)
      throw error("unknown flag: --\(name)\(NearMiss.hint(name, among: known, prefix: "--"))")
    }
    if option.kind == .flag {
      try set(option, to: attached ?? "true")
    } else if let value = attached ?? rest.popFirst() {
      try set(option, to: value)
    } else {
      throw error("flag needs an argument: --\(name)")
    }
  }

  /// Reads `-it`, `-p80:80`, `-e NAME` and, as pflag drops the sign after a letter, `-e=NAME`.
  private mutating func readShort(_ argument: String) throws(UsageError) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = command.option(letter: letter) else {
        guard letter != "h" else { return wantsHelp = true }
        throw error("unknown shorthand flag: '\(letter)' in \(argument)")
      }
      if letters.count > 1, letters.first == "=" {
        return try set(option, to: String(letters.dropFirst()))
      } else if option.kind == .flag {
        try set(option, to: "true")
      } else if !letters.isEmpty {
        return try set(option, to: String(letters))
      } else if let value = rest.popFirst() {
        return try set(option, to: value)
      } else {
        throw error("flag needs an argument: '\(letter)' in \(argument)")
      }
    }
  }

  private mutating func set(_ option: CommandOption, to value: String) throws(UsageError) {
    guard option.kind == .flag else { return values.add(value, to: option) }
    switch value {
    case "1", "t", "T", "true", "TRUE", "True": values.add("true", to: option)
    case "0", "f", "F", "false", "FALSE", "False": values.add("false", to: option)
    default:
      throw error("invalid argument \"\(value)\" for \"\(option.label)\" flag: expected true or false")
    }
  }

  private func error(_ message: String) -> UsageError {
    UsageError(message, command: called.joined(separator: " "))
  }
}
