/// What the last word of an unfinished command line may become, for a shell's completion.
package struct Completion: Sendable, Hashable {
  /// What is being typed.
  package enum Subject: Sendable, Hashable {
    /// The name of a command, or an option: `words` are all there are.
    case word
    /// The value of an option, by its first name.
    case value(option: String)
    /// An argument of the command, from 0.
    case argument(Int)
  }

  /// One word that may be meant.
  package struct Word: Sendable, Hashable {
    /// The whole word, with what stands before it in the same word: `--restart=always`.
    package let text: String
    /// A few words about it; may be empty.
    package let about: String

    /// Makes a word.
    package init(_ text: String, about: String = "") { (self.text, self.about) = (text, about) }
  }

  /// The names of the groups and the command so far, without the program; an alias is replaced by its name.
  package let path: [String]
  /// The options of the program and of groups so far.
  package let globals: OptionValues
  /// What is being typed.
  package let subject: Subject
  /// What stands before it in the same word, such as `--restart=`; mostly empty.
  package let lead: String
  /// What of it is there already.
  package let typed: String
  /// The commands or options that begin so, for `.word`.
  package let words: [Word]
}

extension Command {
  /// Reads an unfinished command line as `parse` reads a finished one, and forgives what is not understood.
  /// - Parameter words: what stands after the program's name; the last is being typed, and may be empty.
  /// - Returns: nil where nothing can follow, as after a command that is not there.
  package func completion(of words: [String]) -> Completion? {
    var reading = UnfinishedReading(self)
    for word in words.dropLast() { guard reading.take(word) else { return nil } }
    return reading.completion(of: words.last ?? "")
  }
}

/// Takes the words one after another, and knows what the next one can be.
private struct UnfinishedReading {
  private var command: Command
  private var path: [String] = []
  private var globals = OptionValues(declared: [])
  private var values: OptionValues
  /// The option whose value comes next.
  private var pending: CommandOption?
  private var optionsEnded = false
  private var argumentCount = 0

  init(_ command: Command) {
    self.command = command
    values = OptionValues(declared: command.options)
  }

  /// - Returns: whether the word can be where it is.
  mutating func take(_ word: String) -> Bool {
    if let option = pending {
      values.add(word, to: option)
      pending = nil
    } else if optionsEnded || !word.hasPrefix("-") || word == "-" {
      return takePositional(word)
    } else if word == "--" {
      optionsEnded = true
    } else if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let option = command.option(named: String(parts[0])), option.kind != .flag else { return true }
      if parts.count > 1 { values.add(String(parts[1]), to: option) } else { pending = option }
    } else {
      takeLetters(word.dropFirst())
    }
    return true
  }

  private mutating func takeLetters(_ word: Substring) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = command.option(letter: letter) else { return }
      if option.kind == .flag { continue }
      if letters.isEmpty { pending = option } else { values.add(String(letters), to: option) }
      return
    }
  }

  private mutating func takePositional(_ word: String) -> Bool {
    guard command.isGroup else {
      argumentCount += 1
      if !command.isInterspersed { optionsEnded = true }
      return true
    }
    guard let next = command.command(named: word) else { return false }
    globals.merge(values)
    path.append(next.name)
    command = next
    values = OptionValues(declared: next.options)
    optionsEnded = false
    return true
  }

  func completion(of word: String) -> Completion {
    if let option = pending { return completion(.value(option: option.name), typed: word) }
    if !optionsEnded, word.hasPrefix("-") {
      if word.hasPrefix("--"), let sign = word.firstIndex(of: "="),
        let option = command.option(named: String(word[..<sign].dropFirst(2))), option.kind != .flag
      {
        let value = word.index(after: sign)
        return completion(
          .value(option: option.name), lead: String(word[..<value]), typed: String(word[value...]))
      }
      let options = command.options.filter { !$0.isHidden }.flatMap { option in
        option.names.map { Completion.Word("--\($0)", about: option.help) }
      }
      return completion(.word, typed: word, among: options + [.init("--help", about: "Print usage")])
    }
    guard command.isGroup else { return completion(.argument(argumentCount), typed: word) }
    let commands = command.commands.filter { !$0.isHidden }.map {
      Completion.Word($0.name, about: $0.summary)
    }
    return completion(.word, typed: word, among: commands)
  }

  private func completion(
    _ subject: Completion.Subject, lead: String = "", typed: String, among words: [Completion.Word] = []
  ) -> Completion {
    var known = globals
    if command.isGroup { known.merge(values) }
    return Completion(
      path: path, globals: known, subject: subject, lead: lead, typed: typed,
      words: words.filter { $0.text.hasPrefix(typed) }.sorted { $0.text < $1.text })
  }
}

extension Command {
  fileprivate var isGroup: Bool { !subcommands.isEmpty }
}
