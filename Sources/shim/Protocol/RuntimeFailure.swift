/// What a runtime's refusal means to whoever asked for the container (spec/exit-codes.md).
package enum RuntimeFailure {
  /// The engine failed.
  package static let engine: Int32 = 125
  /// The command was found but cannot be executed.
  package static let cannotExecute: Int32 = 126
  /// The command was not found.
  package static let notFound: Int32 = 127

  /// The exit code for a runtime's error message: runtimes answer 1 for everything, only their words differ.
  ///
  /// A reason counts only behind words that speak of the executable, and outside quotes: a mount source or a working
  /// directory that does not exist is the engine's failure, whatever its name.
  package static func exitCode(forMessage message: String) -> Int32 {
    let words = withoutQuoted(message.lowercased())
    guard let start = subjects.compactMap({ position(of: $0, in: words) }).min() else { return engine }
    let rest = words[start...]
    // A refusal first: a search of PATH that met only what may not be executed ends with both.
    if refusals.contains(where: { contains(rest, $0) }) { return cannotExecute }
    if absences.contains(where: { contains(rest, $0) }) { return notFound }
    return engine
  }

  // runc and apus-runtime: `exec: "x": …`, `exec /x: exec format error`, older runc `exec user process caused: …`;
  // crun: `executable file `x` not found in $PATH`, `open executable: …`, `exec container process `/x`: …`.
  private static let subjects = [
    "exec: ", "exec /", "exec \"\"", "exec user process", "executable", "exec container process",
  ].map { Array($0.utf8) }

  private static let refusals = [
    "permission denied", "operation not permitted", "is a directory", "not a regular file",
    "exec format error",
  ].map { Array($0.utf8) }

  private static let absences = [
    "executable file not found", "executable file `` not found", "not found in $path",
    "no such file or directory",
  ].map { Array($0.utf8) }

  /// The text with what stands between quotes, or between backquotes, taken out. A quote that does not end is kept.
  private static func withoutQuoted(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var next = 0
    while next < bytes.count {
      let byte = bytes[next]
      result.append(byte)
      next += 1
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") else { continue }
      guard let end = closingQuote(byte, in: bytes, from: next) else { continue }
      result.append(byte)
      next = end + 1
    }
    return result
  }

  private static func closingQuote(_ quote: UInt8, in bytes: [UInt8], from start: Int) -> Int? {
    var next = start
    while next < bytes.count {
      if bytes[next] == UInt8(ascii: "\\") {
        next += 2
      } else if bytes[next] == quote {
        return next
      } else {
        next += 1
      }
    }
    return nil
  }

  /// Where `needle` begins a word: at the start or behind a space.
  private static func position(of needle: [UInt8], in words: [UInt8]) -> Int? {
    words.indices.first { index in
      (index == 0 || words[index - 1] == UInt8(ascii: " ")) && words[index...].starts(with: needle)
    }
  }

  private static func contains(_ words: ArraySlice<UInt8>, _ needle: [UInt8]) -> Bool {
    words.indices.contains { words[$0...].starts(with: needle) }
  }
}
