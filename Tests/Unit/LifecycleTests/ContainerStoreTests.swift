import Cgroups
import ContainerInit
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle

/// A store in a directory of its own. Its containers are this test's own process, which nothing is done to.
@Suite struct ContainerStoreTests {
  private func withStore(_ body: (ContainerStore) throws -> Void) throws {
    let path = "/tmp/apus-lifecycle-\(hexadecimal(try randomBytes(8)))"
    defer { try? removeTree(path) }
    try body(ContainerStore(root: path))
  }

  /// A record of this process, as if it were a container's init.
  private func record(_ id: String, pid: Int32 = ownPID(), startedLater ticks: UInt64 = 0) throws
    -> ContainerRecord
  {
    let facts = try #require(try ProcessFacts(pid: ownPID()))
    return ContainerRecord(
      id: id, bundle: "/b", rootfs: "/b/rootfs", pid: pid, startTime: facts.startTime + ticks,
      cgroup: CgroupDirectory(entries: []),
      created: "2026-08-01T10:00:00.000000000Z", annotations: ["a": "b"], ownerID: 0, hasPIDNamespace: true,
      hasKeyring: true)
  }

  private func make(_ record: ContainerRecord, in store: ContainerStore) throws {
    try makeDirectories(store.path(record.id))
    try record.write(to: store.path(record.id))
  }

  @Test func nothingThereIsNoContainers() throws {
    try withStore { (store: ContainerStore) throws in
      #expect(try store.list().states == [])
      for call in [{ _ = try store.container("web") }, { _ = try store.lock("web") }] as [() throws -> Void] {
        let error = #expect(throws: LifecycleError.self) { try call() }
        #expect(error?.description == "container does not exist: \"web\"")
      }
    }
  }

  @Test func anIDIsTakenOnceAndFreeWhenTheGuardIsDropped() throws {
    try withStore { (store: ContainerStore) throws in
      do {
        let first = try store.create("web")
        let error = #expect(throws: LifecycleError.self) { _ = try store.create("web") }
        #expect(error?.description == "container with given ID already exists: \"web\"")
        #expect(fileExists(first.path))
      }
      #expect(!fileExists(store.path("web")))
      try store.create("web").keep()
      #expect(fileExists(store.path("web")))
      #expect(try fileStatus(store.path("web")).permissions == 0o700)
    }
  }

  // A directory without a record: what a runtime leaves that was killed in its first instants.
  @Test func aDirectoryWithoutARecordGoesByForce() throws {
    try withStore { (store: ContainerStore) throws in
      try store.create("web").keep()
      let error = #expect(throws: LifecycleError.self) { try store.delete("web", force: false) }
      #expect(
        error?.description == "container does not exist: \"web\" was never completed, delete it with --force")
      try store.delete("web", force: true)
      #expect(!fileExists(store.path("web")))
      try store.delete("web", force: true)
    }
  }

  // As long as somebody makes it, they have the lock.
  @Test func aDirectoryWithoutARecordIsToldByItsLock() throws {
    try withStore { (store: ContainerStore) throws in
      let making = try store.create("web")
      let calls: [() throws -> Void] = [
        { _ = try store.container("web") }, { try store.kill("web", signal: 15, all: false) },
        { try store.pause("web") }, { try store.resume("web") }, { _ = try store.processes("web") },
        { try store.update("web", resources: nil) }, { try store.events("web", every: nil) { _ in } },
        { _ = try store.exec("web", ExecOptions()) { $0 } },
      ]
      for call in calls {
        let error = #expect(throws: LifecycleError.self) { try call() }
        #expect(error?.description == "container does not exist yet: \"web\" is still being created")
      }
      making.keep()
      for call in calls + [{ try store.start("web") }] {
        let error = #expect(throws: LifecycleError.self) { try call() }
        #expect(
          error?.description
            == "container does not exist: \"web\" was never completed, delete it with --force")
      }
      #expect(try store.list().states == [])
    }
  }

  @Test func nothingIsExecutedInAContainerThatIsNotComplete() throws {
    try withStore { (store: ContainerStore) throws in
      try make(try record("web"), in: store)
      let directory = try openFile(store.path("web"), [.path, .directory])
      let gate = try listenOnSocket(Container.pendingGateName, in: directory, kind: .sequencedPacket)
      func complaint() -> String? {
        #expect(throws: LifecycleError.self) { _ = try store.exec("web", ExecOptions()) { $0 } }?.description
      }
      #expect(
        complaint() == "cannot exec in a container that was never completed: \"web\", delete it")
      let lock = try store.lock("web")
      #expect(complaint() == "cannot exec in a container that is still being created: \"web\"")
      let error = #expect(throws: LifecycleError.self) { try store.events("web", every: nil) { _ in } }
      #expect(error?.description == "container not running: \"web\" is creating")
      _ = consume lock
      _ = consume gate
    }
  }

  @Test func aRecordIsReadAsItWasWritten() throws {
    try withStore { (store: ContainerStore) throws in
      let written = try record("web")
      try make(written, in: store)
      #expect(try ContainerRecord.read(from: store.path("web"), id: "web") == written)
      #expect(try fileStatus("\(store.path("web"))/state.json").permissions & 0o077 == 0)
    }
  }

  @Test func statusIsDerived() throws {
    try withStore { (store: ContainerStore) throws in
      try make(try record("running"), in: store)
      #expect(try store.container("running").status == .running)
      // The pid now belongs to somebody else.
      try make(try record("reused", startedLater: 1), in: store)
      #expect(try store.container("reused").status == .stopped)
      try make(try record("gone", pid: 1 << 30), in: store)
      #expect(try store.container("gone").status == .stopped)
      #expect(try store.container("gone").state().pid == 0)
      #expect(try store.list().states.map(\.id) == ["gone", "reused", "running"])
    }
  }

  @Test func theGateTellsCreatingFromCreatedFromRunning() throws {
    try withStore { (store: ContainerStore) throws in
      try make(try record("web"), in: store)
      let directory = try openFile(store.path("web"), [.path, .directory])
      let gate = try listenOnSocket(Container.pendingGateName, in: directory, kind: .sequencedPacket)
      #expect(try store.container("web").status == .creating)
      try renameFile("\(store.path("web"))/start.pending", to: "\(store.path("web"))/start")
      #expect(try store.container("web").status == .created)
      _ = consume gate
      // The name is still there, but nobody listens: exec has happened.
      #expect(try store.container("web").status == .running)
    }
  }

  @Test func startWantsACreatedContainer() throws {
    try withStore { (store: ContainerStore) throws in
      try make(try record("running"), in: store)
      try make(try record("gone", pid: 1 << 30), in: store)
      try make(try record("half"), in: store)
      let directory = try openFile(store.path("half"), [.path, .directory])
      let gate = try listenOnSocket(Container.pendingGateName, in: directory, kind: .sequencedPacket)
      for (id, words) in [
        ("running", "cannot start an already running container: \"running\""),
        ("gone", "cannot start a container that has stopped: \"gone\""),
        ("half", "cannot start a container that was never completed: \"half\", delete it"),
        ("nosuch", "container does not exist: \"nosuch\""),
      ] {
        let error = #expect(throws: LifecycleError.self) { try store.start(id) }
        #expect(error?.description == words)
      }
      _ = consume gate
    }
  }

  @Test func killAndDeleteSayWhatCallersMatch() throws {
    try withStore { (store: ContainerStore) throws in
      try make(try record("running"), in: store)
      try make(try record("gone", pid: 1 << 30), in: store)
      let delete = #expect(throws: LifecycleError.self) { try store.delete("running", force: false) }
      #expect(delete?.description == "cannot delete container \"running\" that is not stopped: running")
      let kill = #expect(throws: LifecycleError.self) { try store.kill("gone", signal: 15, all: false) }
      #expect(kill?.description == "container not running")
      try store.delete("gone", force: false)
      #expect(!fileExists(store.path("gone")))
    }
  }

  // A free number would be taken by the container's lock, which init would hold open until its exec.
  @Test func preservedDescriptorsMustBeThere() throws {
    try requirePreserved(0)
    let error = #expect(throws: LifecycleError.self) { try requirePreserved(60000) }
    #expect(error?.description.hasPrefix("--preserve-fds 60000: descriptor ") == true)
    #expect(error?.description.hasSuffix(" is not open") == true)
  }
}
