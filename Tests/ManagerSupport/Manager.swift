internal import LinuxSystem
package import Testing
package import TestSupport

extension Fixture {
  /// Imports the busybox image that every test of the manager starts from. The tar is made once for all tests of a
  /// run.
  package func importBusybox() throws {
    let tar = Host.testRoot + "/busybox.tar"
    if !fileExists(tar) {
      let tree = try path("busybox-tree")
      try copyRootfs(to: tree)
      try run("tar", ["-C", tree, "-cf", "\(tar).\(ownPID())", "."]).succeeded()
      try renameFile("\(tar).\(ownPID())", to: tar)
    }
    try apus("import", tar, "busybox").succeeded()
  }

  /// Runs the body with a fixture that has the image.
  package static func withBusybox(
    _ test: String = #function, _ body: (Fixture) async throws -> Void
  ) async throws {
    try await Fixture.with(test) { f in
      try f.importBusybox()
      try await body(f)
    }
  }

  /// Starts a container in the background.
  /// - Returns: its id.
  package func detached(_ options: [String] = [], _ command: String...) throws -> String {
    // To files: a shim that kept the manager's pipes open would make the test wait for the container.
    let number = hexadecimal(try randomBytes(2))
    let files = [try path("out-\(number)"), try path("err-\(number)")]
    return try run("apus", ["run", "-d"] + options + ["busybox"] + command, files: files).succeeded().answer
  }

  /// Starts a container that runs until it is told to go, and obeys at once.
  /// - Returns: its id.
  package func sleeper(_ options: String...) throws -> String {
    try detached(options, "sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done")
  }

  /// A field of inspect.
  package func inspect(_ field: String, of name: String) throws -> String {
    try apus("inspect", "-f", "{{\(field)}}", name).succeeded().answer
  }

  /// Waits until a container does not run.
  package func waitForEnd(of name: String) throws {
    try eventually("\(name) ends") { try inspect(".State.Running", of: name) == "false" }
  }

  /// Waits until the shim of a container has so many connections; a launcher's is one. It holds one socket more, on
  /// which it listens.
  package func waitForClients(_ count: Int, of name: String) throws {
    let shim = try readText("\(runRoot)/shims/\(try inspect(".Id", of: name))/shim.pid")
    try eventually("\(name) has \(count) clients") {
      try shell("ls -l /proc/\(shim)/fd | grep -c socket:").answer == "\(count + 1)"
    }
  }

  /// Waits until the exit command has unmounted a container that ended on its own.
  package func waitForCleanUp() throws {
    try eventually("nothing is mounted") { try mounts().isEmpty }
    try eventually("no shim lives") { try processes().isEmpty }
  }

  /// Checks that no container, mount, process or directory of one is left.
  package func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try apus("ps", "-aq").succeeded().lines == [], sourceLocation: sourceLocation)
    #expect(try listDirectory(root + "/containers") == [], sourceLocation: sourceLocation)
    #expect(try listDirectory(runRoot + "/shims") == [], sourceLocation: sourceLocation)
    // What begins with ~ is no container's: the runtime keeps compiled filters there.
    let containers = try listDirectory(runRoot + "/runtime").filter { !$0.hasPrefix("~") }
    #expect(containers == [], sourceLocation: sourceLocation)
    #expect(try mounts() == [], sourceLocation: sourceLocation)
    #expect(try processes().map(\.command) == [], sourceLocation: sourceLocation)
  }
}

extension Outcome {
  /// Checks that a command failed with one line that says `words`.
  package func expectFailure(
    _ status: Int32, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, "\(self)", sourceLocation: sourceLocation)
    #expect(out == "", "\(self)", sourceLocation: sourceLocation)
    #expect(complaint.hasPrefix("apus: "), "\(self)", sourceLocation: sourceLocation)
    #expect(complaint.contains(words), "\(self)", sourceLocation: sourceLocation)
    #expect(!complaint.contains("\n"), "\(self)", sourceLocation: sourceLocation)
  }
}
