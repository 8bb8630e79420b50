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

  @Test(.requires(program: "dockerd"), .requires(program: "docker")) func dockerReadsAndWritesThem()
    async throws
  {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let (id, digests) = (try f.inspect(".Id", of: "two:v1"), try f.digests(["two:v1"]))
      let docker = try f.startDocker()
      try f.shell("apus save two:v1 busybox > a && \(docker) load -i a", within: .seconds(60)).succeeded()
      #expect(try f.shell("\(docker) images --no-trunc -q two:v1").succeeded().answer == id)
      #expect(try f.shell("\(docker) run --rm --network none two:v1 cat /new/file").succeeded().out == "hi\n")
      let history = "history --no-trunc --format '{{.Comment}} {{.CreatedBy}}'"
      #expect(try f.shell("\(docker) \(history) two:v1").lines == f.shell("apus \(history) two:v1").lines)
      // docker's own, and what it makes of ours.
      try f.shell(
        """
        set -e
        \(docker) run --network none --name cc two:v1 sh -c 'rm /new/file; echo docker > /new/other'
        \(docker) commit cc three:v1 && \(docker) save two:v1 three:v1 | gzip > b
        """, within: .seconds(60)
      ).succeeded()
      let three = try f.shell("\(docker) images --no-trunc -q three:v1").succeeded().answer
      try f.shell("\(docker) rm cc && \(docker) rmi two:v1 three:v1 busybox").succeeded()
      try f.removeImages()
      try f.shell("apus load < b").succeeded()
      #expect(try f.inspect(".Id", of: "two:v1") == id)
      #expect(try f.inspect(".Id", of: "three:v1") == three)
      #expect(
        try f.apus("run", "--rm", "three:v1", "sh", "-c", "cd new; echo *; cat other").out
          == "other\ndocker\n")
      // And back: what came from docker goes there again as it was, and ours is read once more with its digest.
      try f.shell("apus save three:v1 | \(docker) load", within: .seconds(60)).succeeded()
      #expect(try f.shell("\(docker) images --no-trunc -q three:v1").succeeded().answer == three)
      try f.removeImages()
      try f.apus("load", "-i", f.directory + "/a").succeeded()
      #expect(try f.digests(["two:v1"]) == digests)
    }
  }
}

extension Fixture {
  /// A dockerd of this test's own: its directories are below the fixture's, it has no network, and its processes end with
  /// it. What it writes below /etc and /run is seen by nobody else.
  /// - Returns: the client's words.
  fileprivate func startDocker() throws -> String {
    let top = try path("docker")
    try makeDirectories(top)
    try write(
      """
      set -e
      mount -t tmpfs -o mode=755 none /run
      mkdir /run/upper /run/work
      mount -t overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work none /etc
      exec dockerd --data-root \(top)/data --exec-root \(top)/exec -H unix://\(top)/sock --pidfile \(top)/pid \\
        --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs --cgroup-parent=\(cgroupParent)

      """, to: "start-docker")
    let log = top + "/log"
    let group = cgroupParent
    let daemon = try start(
      "unshare",
      [
        "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc", "--kill-child",
        "sh",
        "\(directory)/start-docker",
      ], files: [log, log])
    atEnd("end docker") {
      try daemon.kill()
      try eventually("docker's cgroups go") {
        try self.shell(
          """
          find /sys/fs/cgroup -depth -type d -path '*\(group)*' -exec rmdir {} + 2>/dev/null
          test -z "$(find /sys/fs/cgroup -type d -path '*\(group)')"
          """
        ).status == 0
      }
    }
    let docker = "docker -H unix://\(top)/sock"
    try eventually("dockerd answers (\(log))", within: .seconds(60)) {
      try shell("\(docker) version").status == 0
    }
    return docker
  }
}
