import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// Killed at any instant, many at once, and a full disk: the store stays what the next command can use.
@Suite("Safety: killed, crowded, full", .serialized, .requiresRoot)
struct SafetyTests {
  /// A command that is killed somewhere on its way; `$N` is a number that no other turn has. What makes the scene for it
  /// is not killed.
  private struct Killed {
    let scene: String
    let command: String
  }

  /// The commands that change what is kept.
  private static let commands = [
    Killed(scene: "true", command: "apus run --rm --name run$N busybox true"),
    Killed(scene: "true", command: "apus run -d --name run$N busybox true"),
    Killed(scene: "apus run --name rm$N busybox true", command: "apus rm rm$N"),
    Killed(scene: "apus run -d --name rmf$N busybox sleep 1000 >/dev/null", command: "apus rm -f rmf$N"),
    Killed(scene: "mkdir tree$N && echo $N > tree$N/f", command: "apus import tree$N image$N"),
    Killed(
      scene: "mkdir gone$N && echo $N > gone$N/f && apus import gone$N gone$N >/dev/null",
      command: "apus rmi gone$N"),
    Killed(scene: "true", command: "apus create --name create$N -v volume$N:/v -v /w busybox true"),
    Killed(
      scene: "apus run --name commit$N busybox sh -c 'echo $N > /f'", command: "apus commit commit$N made$N"),
    Killed(
      scene:
        "mkdir load$N && echo $N > load$N/f && apus import load$N load$N >l && apus save -o load$N.tar load$N"
        + " && apus rmi load$N >l",
      command: "apus load -i load$N.tar"),
    Killed(
      scene: "apus run --rm -v gone$N:/v busybox sh -c 'echo $N > /v/f'", command: "apus volume rm gone$N"),
    Killed(scene: "apus run --name rmv$N -v /w -v kept$N:/v busybox true", command: "apus rm -v rmv$N"),
    Killed(scene: "true", command: "apus tag busybox tag$N"),
    Killed(
      scene: "apus create --name export$N busybox true >l", command: "apus export -o export$N.tar export$N"),
    Killed(scene: "apus create --name cp$N -v cp$N:/v busybox true >l", command: "apus cp . cp$N:/v"),
  ]

  /// Two hundred instants, spread by a fixed sequence over the time that a command takes.
  @Test func killedAtTwoHundredInstantsNothingIsLeftThatNobodyKnows() async throws {
    try await Fixture.withBusybox { (f) async throws in
      var random = UInt64(0x2545_f491_4f6c_dd1d)
      for turn in 0..<200 {
        let killed = Self.commands[turn % Self.commands.count]
        try f.shell(killed.scene.replacing("$N", with: "\(turn)")).succeeded()
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        let words = killed.command.replacing("$N", with: "\(turn)").split(separator: " ").map(String.init)
        let running = try f.start(words[0], Array(words.dropFirst()))
        // Not waiting for anything: the instant is what is tried. In steps of a tenth of a millisecond, up to 40.
        LinuxSystem.sleep(milliseconds: Int(random % 40))
        try running.kill()
        if turn % 20 == 19 { try expectUsable(f, "after turn \(turn)") }
      }
      try expectUsable(f, "at the end")
      // Everything has a name by which it can be removed.
      try f.shell("ids=$(apus ps -aq); [ -z \"$ids\" ] || apus rm -f $ids").succeeded()
      try f.shell("apus rmi -f $(apus images -q | sort -u); apus volume rm $(apus volume ls -q)").succeeded()
      // What has its name is whole.
      try f.shell("for i in export*.tar; do tar -tf $i >l || exit; done").succeeded()
      try f.importBusybox()
      try f.waitForCleanUp()
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      try f.expectNothingLeft()
      #expect(try listDirectory(f.root + "/tmp") == [])
      #expect(try listDirectory(f.root + "/layers").count == 1)
      #expect(try listDirectory(f.root + "/content/blobs/sha256").count == 3)
      #expect(try listDirectory(f.root + "/volumes") == [])
    }
  }

  /// The next commands work, every listed thing can be looked at, and every directory has a row.
  private func expectUsable(_ f: Fixture, _ when: String) throws {
    let run = try f.apus("run", "--rm", "busybox", "echo", "works")
    #expect(run.answer == "works", "\(when): \(run)")
    // What an end of its own is still at work on is not left over.
    try eventually("everything on disk is known, \(when)") {
      let known = Set(try f.apus("ps", "-aq", "--no-trunc").succeeded().lines)
      return try listDirectory(f.root + "/containers").allSatisfy { known.contains($0) }
    }
    let ids = try f.apus("ps", "-aq").succeeded().lines
    if !ids.isEmpty { try f.run("apus", ["inspect"] + ids).succeeded() }
    try f.apus("images").succeeded()
    // A volume's directory without a row is gone with the next command that looks for volumes.
    try f.apus("volume", "create", "looks").succeeded()
    let volumes = try Set(f.apus("volume", "ls", "-q").succeeded().lines)
    #expect(try volumes == Set(listDirectory(f.root + "/volumes")), "\(when)")
    for name in volumes {
      #expect(fileExists("\(f.root)/volumes/\(name)/_data"), "\(when): \(name)")
    }
    let doctor = try f.apus("doctor")
    #expect(!doctor.out.contains("fail  leftovers"), "\(when): \(doctor)")
  }

  @Test func sixteenAtOnceNeverMeetALock() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = """
        for i in $(seq 16); do (apus run --rm busybox echo $i || echo failed $i) & done
        wait
        """
      for _ in 0..<3 {
        let outcome = try f.shell(script)
        #expect(outcome.err == "", "\(outcome)")
        #expect(Set(outcome.lines) == Set((1...16).map(String.init)), "\(outcome)")
      }
      try f.expectNothingLeft()
    }
  }

  @Test func ofTwoWhoWantOneNameOneWinsAndTheOtherSaysSo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for turn in 0..<8 {
        let both = try (0..<2).map { _ in
          try f.start("apus", ["run", "--name", "same\(turn)", "busybox", "true"])
        }
        let outcomes = try both.map { try $0.wait() }
        #expect(outcomes.map(\.status).sorted() == [0, 125], "\(outcomes)")
        let loser = try #require(outcomes.first { $0.status == 125 })
        #expect(loser.complaint.contains("The container name \"/same\(turn)\" is already in use"), "\(loser)")
      }
    }
  }

  @Test func aFullDiskIsAnErrorAndTheStateIsAsBefore() async throws {
    try await Fixture.with { f in
      // A file system of its own for the root, so small that a container and a half fit.
      try makeDirectories(f.root)
      try mount("small", on: f.root, type: "tmpfs", data: "size=16m")
      f.atEnd("unmount the root") { try unmountLazily(f.root) }
      try f.importBusybox()
      try f.apus("run", "--name", "kept", "busybox", "true").succeeded()
      try f.apus("run", "--name", "written", "busybox", "sh", "-c", "head -c 3000000 /dev/urandom > /f")
        .succeeded()
      try f.waitForCleanUpBut([f.root])
      try f.shell("mkdir other; head -c 3000000 /dev/urandom > other/f; apus import other other >id")
        .succeeded()
      try f.shell("apus save -o images.tar other; apus rmi other >id").succeeded()
      let before = try f.apus("ps", "-a", "--no-trunc").succeeded().lines.map { $0.prefix(64) }
      let images = try f.apus("images").succeeded().lines.count
      try f.shell(
        "dd if=/dev/zero of=\(f.root)/ballast bs=64k 2>/dev/null; mkdir tree; head -c 3000000 /dev/urandom > tree/f"
      )
      .succeeded()
      for words in [
        ["run", "--rm", "busybox", "true"], ["run", "-d", "--name", "more", "busybox", "true"],
        ["import", "tree", "more"], ["commit", "written"], ["load", "-i", f.directory + "/images.tar"],
        ["create", "-v", "/etc", "busybox", "true"], ["cp", "tree", "kept:/"],
      ] {
        let outcome = try f.run("apus", words)
        #expect(outcome.status != 0, "\(outcome)")
        #expect(outcome.complaint.hasPrefix("apus: ") && outcome.complaint.contains("no space"), "\(outcome)")
      }
      try removeFile(f.root + "/ballast")
      #expect(try f.apus("ps", "-a", "--no-trunc").succeeded().lines.map { $0.prefix(64) } == before)
      #expect(try f.apus("images").succeeded().lines.count == images)
      #expect(try f.apus("start", "-a", "kept").status == 0)
      #expect(try f.apus("volume", "ls", "-q").succeeded().lines == [])
      try f.apus("rm", "kept", "written").succeeded()
      #expect(try listDirectory(f.root + "/containers") == [])
      #expect(try listDirectory(f.root + "/tmp") == [])
    }
  }
}

extension Fixture {
  /// As `waitForCleanUp`, with mounts of the test's own.
  fileprivate func waitForCleanUpBut(_ own: [String]) throws {
    try eventually("nothing else is mounted") { try mounts().filter { !own.contains($0) }.isEmpty }
    try eventually("no shim lives") { try processes().isEmpty }
  }
}
