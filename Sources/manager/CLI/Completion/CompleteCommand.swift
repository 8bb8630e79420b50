internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem
internal import Store

/// `apus __complete -- WORD…`: what the shells' scripts call. Prints the words that the last one may become, each with a
/// tab and what it is, and at the end `:0` where the shell's own file names fit too, `:4` where they do not: cobra's
/// protocol (cobra, completions.go), so that scripts made for docker's work.
enum CompleteCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "__complete", summary: "Complete a command line", usage: "-- WORD...", interspersed: false, hidden: true
    )
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    guard let completion = Grammar.root.completion(of: invocation.positionals) else {
      try Answer.print(":4\n")
      return 0
    }
    let source: CompletionSource? =
      switch completion.subject {
      case .word: nil
      case .value(let option): CompletionSource(option: option)
      case .argument(let index): CompletionSource(argument: index, of: completion.path)
      }
    var words = completion.words
    if let source {
      // A shell that completes must never show an error in the middle of a line.
      do { words += try found(source, Context(completion.globals)) } catch { words = [] }
    }
    let fitting = words.filter { $0.text.hasPrefix(completion.typed) }
    let lines = fitting.map { word in
      completion.lead + word.text + (word.about.isEmpty ? "" : "\t\(oneLine(word.about))") + "\n"
    }
    try Answer.print(lines.joined() + (source == .files ? ":0\n" : ":4\n"))
    return 0
  }

  private static func oneLine(_ text: String) -> String {
    String(text.prefix { !$0.isNewline && $0 != "\t" })
  }

  private static func found(_ source: CompletionSource, _ context: Context) throws -> [Completion.Word] {
    switch source {
    case .files, .unknown: return []
    case .words(let words): return words.map { Completion.Word($0) }
    default: break
    }
    guard let engine = try ContainerEngine(existing: context.paths, programs: try context.programs()) else {
      return []
    }
    switch source {
    case .containers: return try containers(engine) { _ in true }
    case .runningContainers: return try containers(engine) { $0.isRunning }
    case .workingContainers: return try containers(engine) { $0.isRunning && !isPaused($0) }
    case .pausedContainers: return try containers(engine, where: isPaused)
    case .stoppedContainers: return try containers(engine) { !$0.isRunning }
    case .images: return try images(engine)
    case .volumes: return try volumes(engine)
    case .everything:
      return try containers(engine) { _ in true } + images(engine) + volumes(engine)
    case .files, .unknown, .words: return []
    }
  }

  private static func containers(
    _ engine: ContainerEngine, where fits: (ContainerStatus) -> Bool
  ) throws -> [Completion.Word] {
    try engine.names().filter { fits($0.status) }.map { Completion.Word($0.name, about: $0.image) }
  }

  private static func isPaused(_ status: ContainerStatus) -> Bool {
    if case .paused = status { true } else { false }
  }

  private static func volumes(_ engine: ContainerEngine) throws -> [Completion.Word] {
    try engine.volumes().map { Completion.Word($0.name, about: $0.driver) }
  }

  private static func images(_ engine: ContainerEngine) throws -> [Completion.Word] {
    try engine.images.images().compactMap { listed in
      listed.tag.map { Completion.Word("\($0)", about: listed.image.shortID) }
    }
  }
}
