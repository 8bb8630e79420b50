import LinuxSystem
import Testing

@testable import ContainerInit

/// exec.LookPath's rules, which runc's callers know.
@Suite struct FindProgramTests {
  /// `a` and `b` with programs, a file without the execute bit, a directory, and links.
  private static func withTree(_ body: (String) throws -> Void) throws {
    let root = "/tmp/apus-find-\(hexadecimal(try randomBytes(8)))"
    defer { try? removeTree(root) }
    for directory in ["a", "b", "a/folder"] { try makeDirectories("\(root)/\(directory)") }
    for (name, mode) in [
      ("a/plain", 0o644), ("b/plain", 0o755), ("a/tool", 0o755), ("b/tool", 0o755), ("a/only", 0o644),
    ]
      as [(String, UInt32)]
    {
      try writeAtomically("\(root)/\(name)", [], durable: false)
      try setPermissions("\(root)/\(name)", mode)
    }
    let directory = try openFile("\(root)/a", [.path, .directory])
    try makeSymbolicLink("tool", at: "link", in: directory)
    try makeSymbolicLink("nowhere", at: "broken", in: directory)
    try body(root)
  }

  /// The name, its search path below the tree, and what is found there or the errno.
  static let rows: [(String, [String], String, Int32)] = [
    ("tool", ["a", "b"], "a/tool", 0), ("tool", ["b", "a"], "b/tool", 0),
    ("tool", ["none", "b"], "b/tool", 0),
    // The first that can be executed, as long as there is one.
    ("plain", ["a", "b"], "b/plain", 0), ("link", ["a"], "a/link", 0),
    ("only", ["a", "b"], "", ErrorCode.access), ("missing", ["a", "b"], "", ErrorCode.noEntry),
    ("tool", [], "", ErrorCode.noEntry), ("broken", ["a"], "", ErrorCode.noEntry),
    ("folder", ["a"], "", ErrorCode.noEntry),
  ]

  @Test(arguments: rows.indices) func aNameIsSearched(_ index: Int) throws {
    let (name, directories, found, code) = FindProgramTests.rows[index]
    try FindProgramTests.withTree { (root: String) throws in
      let path = directories.map { "\(root)/\($0)" }.joined(separator: ":")
      if code == 0 {
        #expect(try findProgram(name, searchPath: path) == "\(root)/\(found)")
      } else {
        let error = #expect(throws: SystemError.self) { _ = try findProgram(name, searchPath: path) }
        #expect(error?.code == code)
      }
    }
  }

  @Test func aPathIsNotSearched() throws {
    try FindProgramTests.withTree { (root: String) throws in
      #expect(try findProgram("\(root)/a/tool", searchPath: "\(root)/b") == "\(root)/a/tool")
      for (name, code) in [
        ("a/none", ErrorCode.noEntry), ("a", ErrorCode.isDirectory), ("a/plain", ErrorCode.access),
        ("a/tool/x", ErrorCode.notDirectory), ("a/broken", ErrorCode.noEntry),
      ] {
        let error = #expect(throws: SystemError.self) { try findProgram("\(root)/\(name)", searchPath: "") }
        #expect(error?.code == code, "\(name)")
      }
    }
  }

  @Test func noNameIsNotFound() {
    let error = #expect(throws: SystemError.self) { try findProgram("", searchPath: "/bin:/usr/bin") }
    #expect(error?.code == ErrorCode.noEntry)
  }
}
