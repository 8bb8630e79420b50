import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("A program that cannot be executed is explained", .serialized, .requiresRoot)
struct ExplainTests {
  /// What is wrong with each program below the directory, the code and the words.
  private static let faults: [(program: String, code: Int32, words: String)] = [
    ("/x/interpreter", 127, "needs the interpreter \"/bin/none\", which the container does not have"),
    ("/x/windows", 127, "ends in a carriage return, so its interpreter is \"/bin/sh\\r\""),
    ("/x/text", 126, "is a text without \"#!\" in front"),
    ("/x/plain", 126, "has no execute bit (mode 0644)"),
    ("/x/empty", 126, "\"/x/empty\" is empty"),
    ("/x/foreign", 126, "is made for s390x, and this machine is"),
    ("/x/loader", 127, "needs the loader \"/lib/nosuch.so\", which the container does not have"),
    ("/x/broken", 126, "only the beginning is there"),
    ("/x/indirect", 126, "the interpreter of the script \"/x/indirect\": \"/x/plain\" has no execute bit"),
    ("/x", 126, "\"/x\" is a directory"),
    ("nosuch", 127, "executable file not found in $PATH: the image has no \"nosuch\" in /usr/local/sbin:"),
    ("echo hi", 127, "give the program and its arguments as words of their own"),
  ]

  private func makePrograms(_ f: Fixture) throws -> String {
    let texts = [
      "interpreter": "#!/bin/none\n", "windows": "#!/bin/sh\r\necho\r\n", "text": "echo hi\n",
      "plain": "#!/bin/sh\n",
      "empty": "", "indirect": "#!/x/plain\n", "good": "#!/bin/sh\necho good\n",
    ]
    for (name, text) in texts { try f.write(text, to: "x/\(name)", mode: name == "plain" ? 0o644 : 0o755) }
    let native = try readFile("/bin/true")
    var foreign = native
    foreign[18] = 22
    var loader = native
    let name = Array("/lib".utf8)
    let place = try #require(
      loader.indices.first {
        loader[$0...].starts(with: name) && loader[$0 + 4] != 0x2f
          || loader[$0...].starts(with: Array("/lib/ld".utf8))
      })
    for (index, byte) in (Array("/lib/nosuch.so".utf8) + [0]).enumerated() { loader[place + index] = byte }
    for (file, bytes) in [("foreign", foreign), ("loader", loader), ("broken", Array(native.prefix(30)))] {
      let file = try openFile(try f.path("x/\(file)"), [.writeOnly, .create, .truncate], mode: 0o755)
      try file.writeAll(bytes)
    }
    return f.directory + "/x"
  }

  @Test func inRunExecAndStart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let x = try makePrograms(f)
      try f.run("chmod", ["-R", "a+rX", x]).succeeded()
      try setPermissions(x + "/plain", 0o644)
      // In the image itself, and bound from the host: both are looked into.
      let image = try f.path("image")
      try f.shell(
        "cp -a \(x) \(image)-x && mkdir -p \(image) && tar -C \(image) -xf \(Host.testRoot)/busybox.tar && mv \(image)-x \(image)/x"
      ).succeeded()
      try f.apus("import", image, "faulty").succeeded()
      let id = try f.detached(["-v", "\(x):/x"], "sleep", "1000")
      for fault in Self.faults {
        try f.apus("run", "--rm", "faulty", fault.program).expectFailure(fault.code, fault.words)
        try f.apus("run", "--rm", "-v", "\(x):/x", "busybox", fault.program)
          .expectFailure(fault.code, fault.words)
        try f.apus("exec", id, fault.program).expectFailure(fault.code, fault.words)
      }
      #expect(try f.apus("run", "--rm", "faulty", "/x/good").answer == "good")
      // As the user who may not.
      try setPermissions(x + "/good", 0o700)
      try f.apus("exec", "-u", "1000", id, "/x/good")
        .expectFailure(126, "user 1000 may not execute \"/x/good\" (mode 0700, owner 0:0)")
      // What a later start meets is in the container's state.
      try f.write("#!/bin/sh\n", to: "x/once", mode: 0o755)
      try f.apus("run", "--name", "later", "-v", "\(x):/x", "busybox", "/x/once").succeeded()
      try setPermissions(x + "/once", 0o644)
      try f.apus("start", "later").expectFailure(1, "has no execute bit")
      #expect(try f.inspect(".State.Error", of: "later").contains("has no execute bit"))
    }
  }
}
