internal import LinuxSystem

/// What a command answers: standard output, which may be a full disk.
enum Answer {
  /// Writes all of `text`.
  /// - Throws: `AnswerError`. A reader that has gone (`| head`) is nobody's failure: by default SIGPIPE has ended the
  ///   program, and where that is ignored nothing is said, either.
  static func print(_ text: String) throws(AnswerError) { try write(Array(text.utf8)) }

  /// Writes all of `bytes`; as `print`.
  static func write(_ bytes: [UInt8]) throws(AnswerError) {
    do throws(SystemError) { try StandardDescriptor.output.writeAll(bytes) } catch {
      if error.code != ErrorCode.brokenPipe { throw AnswerError(cause: error) }
    }
  }
}

/// The command did its work and could not say so.
struct AnswerError: Error, CustomStringConvertible {
  let cause: SystemError
  var description: String { cause.description }
}
