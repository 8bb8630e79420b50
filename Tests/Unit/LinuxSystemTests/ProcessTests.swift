import Foundation
import LinuxSystem
import Testing

@Suite struct SpawnTests {
  /// Runs a line of shell and returns what it printed on `descriptors`' pipe.
  private func shell(_ line: String, _ adjust: (inout SpawnPlan, _ pipe: Int32) -> Void) throws -> String {
    var pipe = try makePipe()
    var plan = SpawnPlan("/bin/sh", ["-c", line], environment: ["PATH=/usr/bin:/bin"])
    adjust(&plan, pipe.second.raw)
    let child = try spawn(plan)
    pipe.second = try openFile("/dev/null", .writeOnly)
    let output = String(decoding: try pipe.first.readAll(), as: UTF8.self)
    #expect(try child.wait() == .exited(0))
    return output
  }

  @Test func onlyTheListedDescriptorsArrive() throws {
    let held = try openFile("/dev/zero", .readOnly)
    try held.setCloseOnExec(false)
    let output = try shell("ls /proc/$$/fd; readlink /proc/$$/fd/0 /proc/$$/fd/2; true") { plan, pipe in
      plan.descriptors = [(1, pipe), (5, pipe)]
    }
    #expect(output == "0\n1\n2\n5\n/dev/null\n/dev/null\n")
  }

  // Each takes the other's number: neither may be overwritten before it has moved.
  @Test func numbersMayOverlap() throws {
    let zero = try openFile("/dev/zero", .readOnly)
    let null = try openFile("/dev/null", .readOnly)
    let (first, second) = (zero.raw, null.raw)
    let output = try shell("readlink /proc/$$/fd/\(first) /proc/$$/fd/\(second)") { plan, pipe in
      plan.descriptors = [(1, pipe), (first, second), (second, first)]
    }
    #expect(output == "/dev/null\n/dev/zero\n")
  }

  @Test func standardDescriptorsMayBeSwapped() throws {
    let first = try openFile("/dev/zero", .readOnly)
    let output = try shell("a=$(readlink /proc/$$/fd/1 /proc/$$/fd/2); echo $a >&3") { plan, pipe in
      plan.descriptors = [(1, first.raw), (2, pipe), (3, pipe)]
    }
    #expect(output.hasPrefix("/dev/zero pipe:"))
  }

  @Test func directoryAndSessionAreItsOwn() throws {
    let output = try shell("pwd; cut -d' ' -f1,6 /proc/$$/stat") { plan, pipe in
      plan.descriptors = [(1, pipe)]
      plan.directory = "/proc"
      plan.newSession = true
    }
    let lines = output.split(separator: "\n")
    #expect(lines.first == "/proc")
    let ids = lines.last?.split(separator: " ") ?? []
    #expect(ids.count == 2 && ids[0] == ids[1], "it leads its session")
  }

  // What a parent that has not waited yet sees is what everybody else does.
  @Test(arguments: [("exit 7", LinuxSystem.ExitStatus.exited(7)), ("kill -9 $$", .signaled(9))])
  func anEndIsToldWithoutWaiting(_ line: String, _ status: LinuxSystem.ExitStatus) throws {
    let child = try spawn(SpawnPlan("/bin/sh", ["-c", line]))
    let loop = try EventLoop()
    try loop.watch(child.descriptor, for: .read, token: 0)
    #expect(try loop.next(milliseconds: 10_000) != nil)
    #expect(try child.foreignEnd() == status, "of a zombie, by /proc")
    #expect(try child.wait() == status)
    let told = try child.foreignEnd()
    #expect(told == nil || told == status, "of one that is reaped, where the kernel remembers")
  }

  @Test func statusesAreTold() throws {
    #expect(try spawn(SpawnPlan("/bin/sh", ["-c", "exit 7"])).wait() == .exited(7))
    #expect(try spawn(SpawnPlan("/bin/sh", ["-c", "kill -9 $$"])).wait() == .signaled(9))
    #expect(ExitStatus.exited(7).shellCode == 7)
    #expect(ExitStatus.signaled(9).shellCode == 137)
  }

  @Test func aProgramThatIsNotThereIsNamed() {
    expectFailure(ErrorCode.noEntry, naming: "start /bin/apus-none") {
      _ = try spawn(SpawnPlan("/bin/apus-none", []))
    }
  }
}

@Suite struct ProcessFactsTests {
  @Test func aNameMayHoldAnything() throws {
    try withScratch { (scratch: String) throws in
      // The kernel shows the file's name; a reader that counts blanks or stops at the first `)` goes wrong.
      let program = "\(scratch)/a) Z 1 (b"
      let bytes = try readFile(try realPath("/bin/sleep"))
      try writeAtomically(program, bytes, mode: 0o755, durable: false)
      let child = try spawn(SpawnPlan(program, ["60"]))
      let facts = try #require(try ProcessFacts(pid: child.pid))
      #expect(facts.parentPID == ownPID())
      #expect(!facts.hasEnded)
      #expect(facts.startTime >= (try #require(try ProcessFacts(pid: ownPID()))).startTime)
      try child.signal(Signal.kill)
      // Ended and not reaped yet: Z.
      let loop = try EventLoop()
      try loop.watch(child.descriptor, for: .read, token: 0)
      _ = try loop.next(milliseconds: 5000)
      #expect(try ProcessFacts(pid: child.pid)?.hasEnded == true)
      #expect(try child.wait() == .signaled(9))
      do {
        try child.signal(Signal.kill)
        Issue.record("signalled a process that is gone")
      } catch {
        #expect(failure(error).code == ErrorCode.noProcess)
        #expect(failure(error).description.contains("pid \(child.pid)"))
      }
    }
  }

  @Test func noSuchProcessIsNil() throws { #expect(try ProcessFacts(pid: 1 << 30) == nil) }

  @Test func aHandleNeedsAProcess() {
    expectFailure(ErrorCode.noProcess, naming: "pidfd_open pid \(1 << 30)") {
      _ = try ProcessHandle(pid: 1 << 30)
    }
  }
}

@Suite struct CloneTests {
  private struct Cargo: ~Copyable {}

  // A second thread may hold malloc's locks, and the child would inherit them shut. A test has other threads.
  @Test func aProcessWithThreadsIsNotCloned() {
    expectFailure(ErrorCode.busy, naming: "more than one thread") {
      _ = try clone([], Cargo()) { (_: consuming Cargo) in exitImmediately(0) }
    }
  }
}

@Suite struct WaitingForALockTests {
  // The holder removed the directory: what we then hold is nothing that anybody can find.
  @Test func aDirectoryThatIsRemovedMeanwhileIsGone() throws {
    try withScratch { (scratch: String) throws in
      let path = "\(scratch)/d"
      try makeDirectory(path)
      let holder = try DirectoryLock(path)
      let answer = try makePipe()
      let end = answer.second.release()
      Thread.detachNewThread {
        let end = OwnedDescriptor(owning: end)
        do {
          do {
            _ = try DirectoryLock(path)
            try end.writeAll("locked")
          } catch { try end.writeAll(failure(error).code == ErrorCode.noEntry ? "gone" : "\(error)") }
        } catch { Issue.record(error) }
      }
      // Until the other one waits: /proc/locks shows waiters with an arrow.
      let inode = try fileStatus(path).inode
      for _ in 0..<1000 {
        if try readText("/proc/locks").split(separator: "\n").contains(where: {
          $0.contains("->") && $0.contains(":\(inode) ")
        }) {
          break
        }
        sleep(milliseconds: 1)
      }
      try removeTree(path)
      _ = consume holder
      #expect(String(decoding: try answer.first.readAll(), as: UTF8.self) == "gone")
    }
  }
}
