import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Seeds, A.2: images, without a registry", .serialized, .requiresRoot)
struct ImageRows {
  @Test func row14_16_30_31_importedImagesAreListed() async throws {
    try await Seeds.with { (s) async throws in
      let tar = Host.testRoot + "/busybox.tar"
      let id = try s.line(
        "gzip -c1 \(tar) > minimal.tar.gz; sudo cat minimal.tar.gz |sudo docker import - ubuntu:trusty"
      )
      .succeeded().answer
      #expect(id.hasPrefix("sha256:") && id.utf8.count == 71, "\(id)")
      #expect(
        try s.line("cat \(tar) | sudo docker import - test/ubuntu:v1.0").succeeded().answer.hasPrefix(
          "sha256:"))
      let table = try s.line("sudo docker images").succeeded().lines
      #expect(
        table[0].split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
          == "REPOSITORY TAG IMAGE ID CREATED SIZE")
      let named = table.first { $0.hasPrefix("test/ubuntu ") } ?? ""
      #expect(named.contains(" v1.0 ") && named.contains("ago") && named.hasSuffix("MB"), "\(table)")
      // One row for each name.
      #expect(table.count { $0.hasPrefix("ubuntu ") } == 2, "\(table)")
      #expect(try s.line("docker run --rm test/ubuntu:v1.0 echo imported").answer == "imported")
    }
  }

  @Test func row17_18_theAWKIdiomsRemoveImages() async throws {
    try await Seeds.with { (s) async throws in
      try s.f.shell("mkdir other && echo x > other/x").succeeded()
      // The names go to other images, and these two keep none.
      try s.line("tar -C other -c . | docker import - ubuntu:14.04").succeeded()
      try s.line("tar -C other -c x | docker import - busybox").succeeded()
      let dangling = try s.line("docker images | awk '/^<none>/ {print $3}'").succeeded().lines
      #expect(dangling.count == 2, "\(dangling)")
      let gone = try s.line("sudo docker rmi $(docker images | awk '/^<none>/ {print $3}')").succeeded()
      #expect(gone.out.contains("Deleted: sha256:"), "\(gone)")
      let all = try s.line("sudo docker rmi $(docker images | awk '{print $3}')")
      #expect(all.status == 1 && all.err.contains("IMAGE"), "\(all)")
      #expect(try s.line("docker images -q").lines.isEmpty)
    }
  }
}
