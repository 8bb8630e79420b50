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

  @Test func anImageInUseStaysUnlessItIsForced() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "true").succeeded()
      try f.apus("rmi", "busybox").expectFailure(1, "is using its referenced image")
      try f.apus("rmi", "-f", "busybox").succeeded()
      // The container needs no name of its image.
      try f.apus("start", "-a", "web").succeeded()
      // What is not there is as --force wants it; the others are done.
      let forced = try f.apus("rmi", "-f", "nosuch", "none:1").succeeded()
      #expect(forced.complaint.contains("No such image: nosuch:latest"), "\(forced)")
      try f.apus("rmi", "nosuch").expectFailure(1, "No such image: nosuch:latest")
      try f.apus("rm", "web").succeeded()
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
      #expect(try f.apus("images", "-q").lines.count == 1)
      #expect(try listDirectory(f.root + "/tmp") == [])
      #expect(try listDirectory(f.root + "/layers").count == 1)
    }
  }
}
