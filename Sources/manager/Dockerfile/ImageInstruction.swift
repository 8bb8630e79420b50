internal import JSONDocument
package import OCIImageSpec

/// An instruction of a Dockerfile that changes what containers of an image start with, and none of its files: those that
/// `commit --change` and `import --change` take (moby, builder/dockerfile, validCommitCommands).
package enum ImageInstruction: Sendable, Equatable {
  /// The command, as words or as a line for the shell.
  case command(CommandForm)
  /// The program that a command goes to.
  case entrypoint(CommandForm)
  /// Variables, in order; values may name other variables.
  case environment([Pair])
  /// Ports, `port/protocol`, or ranges of them.
  case expose([String])
  /// Labels, in order.
  case label([Pair])
  /// `user[:group]`.
  case user(String)
  /// Directories that get a volume.
  case volume([String])
  /// A directory, absolute or from the one before.
  case workingDirectory(String)
  /// An instruction for a build upon the image.
  case onBuild(String)
  /// A signal by name or number.
  case stopSignal(String)
  /// How it is found out whether a container is well.
  case healthcheck(ImageConfiguration.Healthcheck)

  /// A command as words, or as a line that the image's shell runs.
  package enum CommandForm: Sendable, Equatable {
    /// `["program", "argument"]`.
    case words([String])
    /// Anything else.
    case line(String)
  }

  /// A name and what it is set to.
  package struct Pair: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The value as written, quotes and variables included.
    package let value: String
  }

  /// Reads one instruction, such as `ENV PATH=/bin`; its name in capitals or not.
  /// - Throws: `InstructionError`.
  package init(_ text: String) throws(InstructionError) {
    let text = trimmed(text[...])
    let name = text.prefix { !$0.isWhitespace }.uppercased()
    let rest = trimmed(text.dropFirst(name.count))
    func required() throws(InstructionError) -> String {
      guard !rest.isEmpty else { throw InstructionError("\(name) requires at least one argument") }
      return rest
    }
    func one() throws(InstructionError) -> String {
      let words = InstructionWords.split(try required())
      guard words.count == 1 else { throw InstructionError("\(name) requires exactly one argument") }
      return words[0]
    }
    switch name {
    case "CMD": self = .command(Self.form(rest))
    case "ENTRYPOINT": self = .entrypoint(Self.form(rest))
    case "ENV": self = .environment(try InstructionWords.pairs(try required(), of: name))
    case "LABEL": self = .label(try InstructionWords.pairs(try required(), of: name))
    case "EXPOSE": self = .expose(InstructionWords.split(try required()))
    case "USER": self = .user(try one())
    case "VOLUME": self = .volume(Self.list(try required()) ?? InstructionWords.split(rest))
    case "WORKDIR": self = .workingDirectory(try required())
    case "ONBUILD": self = .onBuild(try Self.trigger(try required()))
    case "STOPSIGNAL": self = .stopSignal(try one())
    case "HEALTHCHECK": self = .healthcheck(try HealthInstruction.read(try required()))
    case "": throw InstructionError("an instruction is empty: give one such as 'ENV NAME=value'")
    case "ADD", "ARG", "COPY", "FROM", "MAINTAINER", "RUN", "SHELL":
      throw InstructionError("\(name) is not a valid change command")
    default: throw InstructionError("unknown instruction: \(name)")
    }
  }

  private static func form(_ text: String) -> CommandForm { list(text).map { .words($0) } ?? .line(text) }

  /// A JSON list of strings; nil for anything else, which is not an error.
  private static func list(_ text: String) -> [String]? {
    guard text.hasPrefix("[") else { return nil }
    do throws(DocumentError) {
      return try JSON.decode([String].self, from: Array(text.utf8), file: "instruction")
    } catch { return nil }
  }

  private static func trigger(_ text: String) throws(InstructionError) -> String {
    switch text.prefix(while: { !$0.isWhitespace }).uppercased() {
    case "ONBUILD": throw InstructionError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    case let name where name == "FROM" || name == "MAINTAINER":
      throw InstructionError("\(name) isn't allowed as an ONBUILD trigger")
    default: return text
    }
  }
}

/// Without white space at both ends.
func trimmed(_ text: Substring) -> String {
  var text = text
  while text.first?.isWhitespace == true { text.removeFirst() }
  while text.last?.isWhitespace == true { text.removeLast() }
  return String(text)
}
