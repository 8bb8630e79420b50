internal import Arguments
internal import Engine
internal import LinuxSystem

extension Invocation {
  /// How errors name the command: `apus rm`.
  var called: String { "apus \(command)" }

  /// At least so many arguments.
  func require(atLeast count: Int) throws {
    guard positionals.count < count else { return }
    throw UsageError(
      "\"\(called)\" requires at least \(count) argument\(count == 1 ? "" : "s")", command: called)
  }

  /// Exactly so many arguments.
  func require(exactly count: Int) throws {
    guard positionals.count != count else { return }
    throw UsageError(
      count == 0
        ? "\"\(called)\" accepts no arguments"
        : "\"\(called)\" requires \(count) argument\(count == 1 ? "" : "s")",
      command: called)
  }

  /// The value of an option that is a whole number.
  func integer(_ name: String) throws -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text) else {
      throw UsageError(
        "invalid argument \"\(text)\" for \"--\(name)\": expected a whole number", command: called)
    }
    return number
  }

  /// The value of an option that is a signal.
  func signal(_ name: String) throws -> Int32? {
    guard let text = value(name) else { return nil }
    guard let number = Signal.number(text) else {
      throw UsageError("invalid signal: \(text)", command: called)
    }
    return number
  }

  /// Does `body` for each argument, whatever became of those before; one line on stderr for each that failed, and one
  /// for all whose answers could not be printed.
  /// - Returns: the exit code.
  func forEachArgument(_ body: (String) throws -> Void) throws -> Int32 {
    try require(atLeast: 1)
    var code: Int32 = 0
    var unanswered: AnswerError?
    for argument in positionals {
      do { try body(argument) } catch let error as AnswerError { unanswered = unanswered ?? error } catch {
        Apus.report(error)
        code = 1
      }
    }
    if let unanswered { throw unanswered }
    return code
  }
}
