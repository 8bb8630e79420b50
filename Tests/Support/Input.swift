import LinuxSystem

/// What a program under test reads.
package enum Input: Sendable, ExpressibleByStringLiteral {
  /// /dev/null.
  case nothing
  /// These bytes through a pipe, then its end.
  case bytes([UInt8])
  /// A pipe that stays open; the test writes with `RunningProgram.type` and ends it with `endInput`.
  case open
  /// A file.
  case file(String)

  /// The text, then the end.
  package init(stringLiteral value: String) { self = .bytes(Array(value.utf8)) }
}

/// One end of a pipe; a class, since an optional or an array of a noncopyable value cannot be borrowed.
final class PipeEnd {
  let descriptor: OwnedDescriptor
  init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
}

/// Both ends of a standard descriptor of the program: what it gets, and what the test keeps.
struct Stream {
  let theirs: PipeEnd
  let ours: PipeEnd?

  /// What the program reads from.
  init(input: Input) throws(SystemError) {
    switch input {
    case .nothing: (theirs, ours) = (PipeEnd(try openFile("/dev/null", .readOnly)), nil)
    case .file(let path): (theirs, ours) = (PipeEnd(try openFile(path, .readOnly)), nil)
    case .bytes, .open:
      let pipe = try makePipe()
      try pipe.second.setNonBlocking()
      (theirs, ours) = (PipeEnd(pipe.first), PipeEnd(pipe.second))
    }
  }

  /// What the program writes to: a pipe, or a file when there is a path.
  init(outputFile: String?) throws(SystemError) {
    if let path = outputFile {
      (theirs, ours) = (PipeEnd(try openFile(path, [.writeOnly, .create, .append])), nil)
    } else {
      let pipe = try makePipe()
      try pipe.first.setNonBlocking()
      (theirs, ours) = (PipeEnd(pipe.second), PipeEnd(pipe.first))
    }
  }
}
