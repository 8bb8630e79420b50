import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus import, images, rmi", .serialized, .requiresRoot)
struct ImageCommandTests {
  @Test(arguments: ["", "gzip", "xz", "zstd"]) func aTarIsImportedByItsContent(_ compressor: String)
    async throws
  {
    try await Fixture.withBusybox { (f) async throws in
      let file = f.directory + "/image"
      try f.shell(
        compressor.isEmpty
          ? "cp \(Host.testRoot)/busybox.tar \(file)"
          : "\(compressor) -c \(Host.testRoot)/busybox.tar > \(file)"
      )
      .succeeded()
      let outcome = try f.apus("import", file, "again:v1")
      #expect(outcome.answer.hasPrefix("sha256:") && outcome.answer.count == 71, "\(outcome)")
      #expect(try f.apus("run", "--rm", "again:v1", "echo", "hi").out == "hi\n")
    }
  }

  @Test func aDirectoryAndAStreamAreImportedToo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let tree = try f.path("tree")
      try f.copyRootfs(to: tree)
      try f.apus("import", tree, "one").succeeded()
      try f.run("apus", ["import", "-", "two"], stdin: .file(Host.testRoot + "/busybox.tar")).succeeded()
      for name in ["one", "two"] { #expect(try f.apus("run", "--rm", name, "echo", name).out == name + "\n") }
    }
  }

  @Test func theTableIsDockers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let lines = try f.apus("images").succeeded().lines
      #expect(lines[0].split { $0 == " " } == ["REPOSITORY", "TAG", "IMAGE", "ID", "CREATED", "SIZE"])
      let fields = lines[1].split { $0 == " " }
      #expect(fields.first == "busybox" && fields[1] == "latest" && fields[2].count == 12, "\(lines[1])")
      #expect(lines[1].hasSuffix("MB"), "\(lines[1])")
      #expect(try f.apus("images", "-q").answer == fields[2])
      #expect(try f.apus("images", "-q", "--no-trunc").answer.hasPrefix("sha256:\(fields[2])"))
      #expect(try f.apus("images", "-q", "nosuch").answer == "")
    }
  }

  @Test func theTreeHasEachImageOnceWithItsPlatform() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("tag", "busybox", "more:1").succeeded()
      try f.apus("run", "--name", "web", "busybox", "true").succeeded()
      let lines = try f.apus("images", "--tree").succeeded().lines
      #expect(lines.count == 4 && lines[1] == "busybox:latest", "\(lines)")
      #expect(
        lines[0].split(separator: " ") == ["IMAGE", "ID", "DISK", "USAGE", "CONTENT", "SIZE", "EXTRA"])
      let id = try f.apus("images", "-q", "more:1").answer
      #expect(lines[2].hasPrefix("more:1 ") && lines[2].contains(id) && lines[2].hasSuffix(" U"), "\(lines)")
      #expect(lines[3].hasPrefix("└─ linux/"), "\(lines)")
      for other in ["--quiet", "--digests", "--no-trunc"] {
        try f.apus("images", "--tree", other).expectFailure(125, "\(other) is not yet supported with --tree")
      }
    }
  }

  @Test func platformIsHeldAgainstTheImages() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let own = try f.apus("image", "inspect", "-f", "{{.Os}}/{{.Architecture}}", "busybox").answer
      let file = try f.path("saved")
      for command in [["image", "inspect", "-f", "{{.Id}}"], ["history"], ["rmi"]] {
        try f.run("apus", command + ["--platform", "linux/s390x", "busybox"]).expectFailure(
          1,
          "image with reference busybox was found but its platform (\(own)) does not match the specified "
            + "platform (linux/s390x)")
      }
      for command in [
        ["history", "busybox"], ["rmi", "busybox"], ["save", "-o", file, "busybox"], ["load"],
      ] {
        try f.run("apus", command + ["--platform", "\(own),linux/s390x"]).expectFailure(
          125, "--platform: an image here is for one platform, not for \(own) and linux/s390x")
      }
      try f.apus("history", "--platform", own, "busybox").succeeded()
      try f.apus("rmi", "--platform", own, "busybox").succeeded()
    }
  }

  @Test func anIDIsForcedFromStoppedContainersOnly() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.apus("images", "-q", "busybox").answer
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      try f.apus("rmi", id).expectFailure(1, "(must be forced) - image is being used by stopped container")
      _ = try f.sleeper("--name", "web")
      try f.apus("rmi", "-f", id).expectFailure(
        1, "(cannot be forced) - image is being used by running container")
      try f.apus("rm", "-f", "web").succeeded()
      #expect(try f.apus("rmi", "-f", id).succeeded().lines == ["Untagged: busybox:latest"])
      try f.apus("start", "-a", "done").succeeded()
    }
  }

  @Test func anImageInUseStaysUnlessItIsForced() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "true").succeeded()
      try f.apus("rmi", "busybox").expectFailure(1, "is using its referenced image")
      try f.apus("rmi", "-f", "busybox").succeeded()
      // The container needs no name of its image, and nothing else does that is said of the container.
      let id = try f.inspect(".Image", of: "web")
      let short = String(id.dropFirst("sha256:".count).prefix(12))
      #expect(try f.apus("ps", "-a", "--format", "{{.Image}}").answer == short)
      #expect(try f.apus("ps", "-aq", "-f", "ancestor=\(short)").lines.count == 1)
      #expect(try f.apus("ps", "-aq", "-f", "ancestor=busybox").lines.isEmpty)
      #expect(try f.apus("images", "--format", "{{.Repository}} {{.ID}}").answer == "<none> \(short)")
      #expect(try f.apus("image", "prune", "-f").succeeded().answer == "Total reclaimed space: 0B")
      #expect(try f.apus("commit", "web", "copy").succeeded().answer.hasPrefix("sha256:"))
      #expect(try f.apus("ps", "-aq", "-f", "ancestor=copy").lines.isEmpty)
      try f.apus("start", "-a", "web").succeeded()
      // What is not there is as --force wants it; the others are done.
      let forced = try f.apus("rmi", "-f", "nosuch", "none:1").succeeded()
      #expect(forced.complaint.contains("No such image: nosuch:latest"), "\(forced)")
      try f.apus("rmi", "nosuch").expectFailure(1, "No such image: nosuch:latest")
      try f.apus("rm", "web").succeeded()
      #expect(try f.apus("image", "prune", "-f").succeeded().lines.contains("deleted: \(id)"))
      #expect(try f.apus("images", "--format", "{{.Repository}}").answer == "copy")
    }
  }

  @Test func anUnusedImageGoes() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus("rmi", "busybox").succeeded()
      #expect(outcome.lines.first == "Untagged: busybox:latest", "\(outcome)")
      #expect(outcome.lines.contains { $0.hasPrefix("Deleted: sha256:") }, "\(outcome)")
      #expect(try f.apus("images", "-q").answer == "")
      #expect(try listDirectory(f.root + "/layers") == [])
    }
  }

  @Test func whatIsNoTarIsRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let text = try f.write("not a tar, really not\n", to: "text")
      try f.apus("import", text, "bad").expectFailure(1, "import \"\(text)\"")
      try f.shell("head -c 100000 \(Host.testRoot)/busybox.tar > cut").succeeded()
      try f.apus("import", f.directory + "/cut", "bad").expectFailure(1, "cut")
      try f.apus("import", "/nosuch", "bad").expectFailure(1, "/nosuch")
      try f.apus("import", "-c", "STOPSIGNAL FOO", "\(Host.testRoot)/busybox.tar", "bad")
        .expectFailure(1, "invalid stop signal \"FOO\"")
      #expect(try f.apus("images", "-q").lines.count == 1)
      #expect(try listDirectory(f.root + "/tmp") == [])
      #expect(try listDirectory(f.root + "/layers").count == 1)
    }
  }
}
