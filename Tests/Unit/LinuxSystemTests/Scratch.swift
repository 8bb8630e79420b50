import LinuxSystem
import Testing

/// Runs `body` with a directory of its own, which is removed afterwards.
func withScratch<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = "/tmp/apus-system-\(hexadecimal(try randomBytes(8)))"
  try makeDirectory(path, mode: 0o700)
  defer { try? removeTree(path) }
  return try body(path)
}

/// Runs `body` and expects a failed call: its errno, and the words that tell the subject.
func expectFailure(
  _ code: Int32, naming subject: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let error = #expect(throws: SystemError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.code == code, sourceLocation: sourceLocation)
  #expect(
    error?.description.contains(subject) == true, "\(error?.description ?? "")",
    sourceLocation: sourceLocation)
}

/// A caught error as the call that failed.
func failure(_ error: any Error) -> SystemError { error as? SystemError ?? SystemError("\(error)", code: -1) }

func write(_ text: String, to path: String) throws {
  try writeAtomically(path, Array(text.utf8), durable: false)
}

func text(_ path: String) throws -> String { String(decoding: try readFile(path), as: UTF8.self) }

func link(_ target: String, at path: String) throws {
  let (directory, name) = splitPath(path)
  try makeSymbolicLink(target, at: name, in: try openFile(directory, [.path, .directory]))
}

let isRoot = effectiveUserID() == 0
