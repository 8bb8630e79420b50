import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Images that others read and write", .serialized, .requiresRoot)
struct ImageInteropTests {
  @Test(.requires(program: "skopeo")) func skopeoReadsAndWritesThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let digests = try f.digests(["two:v1"])
      try f.shell(
        """
        set -e
        apus save two:v1 > a
        skopeo --insecure-policy copy docker-archive:a:two:v1 dir:d
        skopeo --insecure-policy copy oci-archive:a:v1 dir:o
        skopeo --insecure-policy copy oci-archive:a:v1 oci-archive:b:two:v1
        skopeo --insecure-policy copy docker-archive:a:two:v1 docker-archive:c:sk:1
        """
      ).succeeded()
      let digest = try f.shell("sha256sum < o/manifest.json").answer.prefix(64)
      #expect(digests[0].contains(digest))
      let id = try f.inspect(".Id", of: "two:v1")
      try f.removeImages()
      #expect(try f.apus("load", "-i", f.directory + "/b").succeeded().answer == "Loaded image: two:v1")
      // It has compressed the layers on the way, and so made another manifest.
      #expect(try f.inspect(".Id", of: "two:v1") == id)
      #expect(try f.apus("load", "-i", f.directory + "/c").succeeded().answer == "Loaded image: sk:1")
      #expect(try f.inspect(".Id", of: "sk:1") == id)
    }
  }

  @Test(.requires(program: "umoci")) func umociUnpacksThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      try f.shell(
        """
        set -e
        mkdir l && apus save two:v1 | tar -C l -xf - && umoci unpack --image l:v1 u
        test "$(cat u/rootfs/new/file)" = hi && test ! -e u/rootfs/bin/vi && test -e u/rootfs/bin/sh
        echo more > u/rootfs/more && umoci repack --image l:v2 u
        tar -C l -cf v2.tar .
        """
      ).succeeded()
      // A layout with two images, of which umoci names none in full.
      #expect(try f.apus("load", "-i", f.directory + "/v2.tar").succeeded().lines.count >= 1)
    }
  }

  @Test(.requires(program: "podman")) func podmanReadsAndWritesThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let (id, digests) = (try f.inspect(".Id", of: "two:v1"), try f.digests(["two:v1"]))
      let podman =
        "podman --root '\(try f.path("podman"))' --runroot '\(try f.path("podman-run"))' --storage-driver vfs"
      try f.shell("apus save two:v1 > a && \(podman) load -i a", within: .seconds(60)).succeeded()
      let seen = try f.shell("\(podman) images --no-trunc --format '{{.ID}}'").succeeded().answer
      #expect(seen == id)
      try f.shell(
        "\(podman) save --format oci-archive -o b \(id) && \(podman) save -o c \(id)", within: .seconds(60)
      )
      .succeeded()
      try f.removeImages()
      for name in ["b", "c"] {
        try f.apus("load", "-i", "\(f.directory)/\(name)").succeeded()
        #expect(try f.apus("images", "-q", "--no-trunc").lines.contains(id), "\(name)")
        #expect(try f.apus("run", "--rm", id, "cat", "/new/file").out == "hi\n")
        try f.removeImages()
      }
      #expect(!digests.isEmpty)
      try f.shell("\(podman) system reset -f >/dev/null 2>&1; true").succeeded()
    }
  }
}
