import LinuxSystem
import Testing

@Suite struct AtomicFileTests {
  @Test func whatAnEarlierProcessOfTheSameNumberLeftIsReplaced() throws {
    try withScratch { (scratch: String) throws in
      let left = try openFile("\(scratch)/.name.\(ownPID()).tmp", [.writeOnly, .create], mode: 0o644)
      try left.writeAll(Array("half of something".utf8))
      try writeAtomically("\(scratch)/name", Array("new".utf8), mode: 0o600, durable: false)
      #expect(try readText("\(scratch)/name") == "new")
      #expect(try listDirectory(scratch) == ["name"])
    }
  }

  @Test func whatCannotBeReplacedIsAnError() throws {
    try withScratch { (scratch: String) throws in
      try makeDirectory("\(scratch)/.name.\(ownPID()).tmp")
      let error = #expect(throws: SystemError.self) {
        try writeAtomically("\(scratch)/name", [], durable: false)
      }
      #expect(error?.description == "write \(scratch)/name: is a directory")
      #expect(try listDirectory(scratch) == [".name.\(ownPID()).tmp"])
    }
  }
}
