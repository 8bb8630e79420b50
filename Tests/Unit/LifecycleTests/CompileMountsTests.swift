import ContainerInit
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle

@Suite struct CompileMountsTests {
  typealias Mount = RuntimeSpec.Mount

  private func compile(_ mounts: Mount...) throws -> (
    mounts: [InitStep], finishing: [InitStep], idMapped: [IDMappedMount], warnings: [String]
  ) {
    try CompileMounts(
      bundlePath: "/bundle",
      cgroups: [CgroupMounts.Hierarchy(name: "", type: "cgroup2", data: nil, bindFrom: nil)], cgroupLinks: [:]
    ).steps(mounts)
  }

  @Test func aFileSystemTakesFlagsAndData() throws {
    let steps = try compile(
      Mount(destination: "/tmp", type: "tmpfs", source: "shm", options: ["nosuid", "mode=1777", "size=64k"]))
    #expect(
      steps.mounts == [
        .mount(
          MountAction(
            source: .fileSystem(type: "tmpfs", source: "shm", flags: .noSetUID, data: "mode=1777,size=64k"),
            destination: "/tmp"))
      ])
    #expect(steps.finishing.isEmpty)
  }

  @Test func withoutASourceItIsNamedByItsType() throws {
    let steps = try compile(Mount(destination: "/dev/mqueue", type: "mqueue"))
    #expect(
      steps.mounts == [
        .mount(
          MountAction(
            source: .fileSystem(type: "mqueue", source: "mqueue", flags: [], data: nil),
            destination: "/dev/mqueue"))
      ])
  }

  // CVE-2019-19921, CVE-2023-27561: a link in the place of /proc or /sys.
  @Test(arguments: ["proc", "sysfs"]) func kernelFileSystemsWantARealDirectory(_ type: String) throws {
    guard case .mount(let action)? = try compile(Mount(destination: "/x", type: type)).mounts.first else {
      Issue.record("no mount")
      return
    }
    #expect(action.requiresRealDirectory)
  }

  @Test(arguments: [
    (Mount(destination: "/d", type: "bind", source: "/srv"), "/srv", false),
    (Mount(destination: "/d", source: "/srv", options: ["bind"]), "/srv", false),
    (Mount(destination: "/d", type: "none", source: "/srv", options: ["rbind"]), "/srv", true),
    (Mount(destination: "/d", type: "bind", source: "data", options: ["rbind"]), "/bundle/data", true),
  ])
  func binds(_ mount: Mount, _ path: String, _ recursive: Bool) throws {
    #expect(
      try compile(mount).mounts == [
        .mount(MountAction(source: .bind(path: path, recursive: recursive), destination: "/d"))
      ])
  }

  @Test func theAttributesOfABindAreNotFlags() throws {
    let steps = try compile(
      Mount(destination: "/d", source: "/s", options: ["bind", "ro", "suid", "rnoexec", "rslave"]))
    #expect(
      steps.mounts == [
        .mount(
          MountAction(
            source: .bind(path: "/s", recursive: false), destination: "/d", set: .readOnly, clear: .noSetUID,
            recursiveSet: .noExecution, propagation: [[.slave, .recursive]]))
      ])
  }

  @Test func aRelativeDestinationIsTakenFromTheRootWithAWarning() throws {
    let steps = try compile(
      Mount(destination: "/a", type: "tmpfs"), Mount(destination: "['/b',", type: "tmpfs"))
    #expect(steps.mounts.map(\.description).last == "mount tmpfs \"tmpfs\" on \"/['/b',\"")
    #expect(
      steps.warnings == ["mounts[1].destination: \"['/b',\" is not absolute, taken from \"/\""])
  }

  @Test func whatTheCallerHasDoneToTheSourceOfABindIsLeftToIt() throws {
    let options = ["rbind", "z", "Z", "U", "copy", "nocopy", "", "ro"]
    let steps = try compile(Mount(destination: "/d", source: "/s", options: options))
    #expect(
      steps.mounts == [
        .mount(
          MountAction(source: .bind(path: "/s", recursive: true), destination: "/d", set: .readOnly))
      ])
  }

  @Test(arguments: ["/dev", "/dev/", "//dev", "/./dev"])
  func aReadOnlyDevIsMadeSoLast(_ destination: String) throws {
    let steps = try compile(Mount(destination: destination, type: "tmpfs", options: ["ro", "nosuid"]))
    #expect(
      steps.mounts == [
        .mount(
          MountAction(
            source: .fileSystem(type: "tmpfs", source: "tmpfs", flags: .noSetUID, data: nil),
            destination: destination, inheritsMode: true))
      ])
    #expect(steps.finishing == [.makeReadOnly("/dev")])
  }

  @Test(arguments: ["/etc/hosts", "/./etc//a/b"])
  func aReadOnlyTmpfsIsMadeSoLastWhereSomethingIsMountedInIt(_ inside: String) throws {
    let tmpfs = Mount(destination: "/etc", type: "tmpfs", options: ["ro"])
    let steps = try compile(tmpfs, Mount(destination: inside, type: "tmpfs"))
    guard case .mount(let action)? = steps.mounts.first else { throw LifecycleError.usage("no mount") }
    #expect(action.source == .fileSystem(type: "tmpfs", source: "tmpfs", flags: [], data: nil))
    #expect(steps.finishing == [.makeReadOnly("/etc")])
  }

  @Test(arguments: ["/etc", "/etcetera", "/run"])
  func aReadOnlyTmpfsIsReadOnlyFromTheBeginningElse(_ other: String) throws {
    let tmpfs = Mount(destination: "/etc", type: "tmpfs", options: ["ro"])
    let steps = try compile(tmpfs, Mount(destination: other, type: "tmpfs"))
    guard case .mount(let action)? = steps.mounts.first else { throw LifecycleError.usage("no mount") }
    #expect(action.source == .fileSystem(type: "tmpfs", source: "tmpfs", flags: .readOnly, data: nil))
    #expect(steps.finishing == [])
  }

  @Test(arguments: [("tmpfs", ["size=1m"], true), ("tmpfs", ["mode=700"], false), ("ramfs", [], false)])
  func onlyATmpfsWithoutAModeTakesOverOne(_ type: String, _ options: [String], _ inherits: Bool) throws {
    let steps = try compile(Mount(destination: "/a", type: type, options: options)).mounts
    guard case .mount(let action)? = steps.first else { throw LifecycleError.usage("no mount") }
    #expect(action.inheritsMode == inherits)
  }

  @Test(arguments: ["cgroup", "cgroup2"]) func cgroupsAreTheHostsArrangement(_ type: String) throws {
    let steps = try compile(Mount(destination: "/sys/fs/cgroup", type: type, options: ["ro", "nosuid"]))
    #expect(
      steps.mounts == [
        .mountCgroups(
          CgroupMounts(
            destination: "/sys/fs/cgroup", flags: [.readOnly, .noSetUID],
            hierarchies: [CgroupMounts.Hierarchy(name: "", type: "cgroup2", data: nil, bindFrom: nil)],
            links: [:]))
      ])
  }

  @Test func theOrderIsTheLists() throws {
    let steps = try compile(
      Mount(destination: "/b", type: "tmpfs"), Mount(destination: "/a", type: "tmpfs"),
      Mount(destination: "/b/c", type: "bind", source: "/s"))
    #expect(
      steps.mounts.map(\.description) == [
        "mount tmpfs \"tmpfs\" on \"/b\"", "mount tmpfs \"tmpfs\" on \"/a\"", "bind \"/s\" to \"/b/c\"",
      ])
  }

  @Test func anIDMappedBindIsTheSupervisorsToMake() throws {
    let mapping = RuntimeSpec.IDMapping(containerID: 0, hostID: 1000, size: 1)
    let steps = try compile(
      Mount(destination: "/p", type: "proc"),
      Mount(
        destination: "/d", source: "/srv", options: ["rbind", "ro", "ridmap"], uidMappings: [mapping],
        gidMappings: [mapping]))
    let range = [IDRange(inside: 0, outside: 1000, count: 1)]
    #expect(
      steps.idMapped == [
        IDMappedMount(
          slot: 1, path: "/srv", recursive: true, mapsRecursively: true,
          mappings: IDMappings(users: range, groups: range))
      ])
    #expect(
      steps.mounts[1]
        == .mount(MountAction(source: .held(slot: 1, path: "/srv"), destination: "/d", set: .readOnly)))
  }

  // With the root at /bundle/rootfs, or by a link at /link.
  @Test(arguments: [
    ("rootfs/a/b", "/a/b"), ("/bundle/./rootfs//a/", "/a"), ("/bundle/rootfs", "/"), ("/link/a", "/a"),
  ])
  func aSourceInTheRootIsTakenFromIt(_ source: String, _ path: String) throws {
    let mapping = RuntimeSpec.IDMapping(containerID: 0, hostID: 1000, size: 1)
    let steps = try inRoots(
      Mount(destination: "/d", source: source, options: ["bind"]),
      Mount(
        destination: "/e", source: source, options: ["rbind", "idmap"], uidMappings: [mapping],
        gidMappings: [mapping]))
    #expect(
      steps.mounts == [
        .mount(MountAction(source: .own(path: path, recursive: false, isMapped: false), destination: "/d")),
        .mount(MountAction(source: .own(path: path, recursive: true, isMapped: true), destination: "/e")),
      ])
    #expect(steps.idMapped.map(\.isOwn) == [true])
  }

  @Test(arguments: ["/bundle/rootfs2/a", "/bundle", "/bundle/rootfs/../a"])
  func aSourceElsewhereIsTheHosts(_ source: String) throws {
    #expect(
      try inRoots(Mount(destination: "/d", source: source, options: ["bind"])).mounts == [
        .mount(MountAction(source: .bind(path: source, recursive: false), destination: "/d"))
      ])
  }

  private func inRoots(_ mounts: Mount...) throws -> (
    mounts: [InitStep], finishing: [InitStep], idMapped: [IDMappedMount], warnings: [String]
  ) {
    try CompileMounts(
      bundlePath: "/bundle", rootPaths: ["/bundle/rootfs", "/link", "/"], cgroups: [], cgroupLinks: [:]
    ).steps(mounts)
  }

  @Test func remountChangesTheFileSystemOrTheBind() throws {
    let steps = try compile(
      Mount(destination: "/t", type: "tmpfs", options: ["remount", "size=1k"]),
      Mount(destination: "/b", options: ["bind", "remount", "ro"]))
    #expect(
      steps.mounts == [
        .mount(MountAction(source: .remount(flags: .remount, data: "size=1k"), destination: "/t")),
        .mount(
          MountAction(source: .remount(flags: [.remount, .bind, .readOnly], data: nil), destination: "/b")),
      ])
  }

  @Test(arguments: [
    (
      Mount(destination: "", type: "proc"),
      "mounts[0].destination: is empty, expected a path in the container"
    ),
    (Mount(destination: "/p"), "mounts[0].type: missing, expected a file system or the option \"bind\""),
    (
      Mount(destination: "/p", type: ""),
      "mounts[0].type: missing, expected a file system or the option \"bind\""
    ),
    (Mount(destination: "/p", type: "bind"), "mounts[0].source: missing, expected the path to bind"),
    (
      Mount(destination: "/p", source: "/s", options: ["bind", "mode=755"]),
      "mounts[0].options: \"mode=755\" means nothing for a bind mount"
    ),
    (
      Mount(destination: "/p", type: "proc", options: ["tmpcopyup"]),
      "mounts[0].options: \"tmpcopyup\" is for mounts of type tmpfs"
    ),
    (
      Mount(
        destination: "/p", type: "bind", source: "/s",
        uidMappings: [RuntimeSpec.IDMapping(containerID: 0, hostID: 1, size: 1)]),
      "mounts[0].gidMappings: missing, both mappings or none are needed"
    ),
    (
      Mount(
        destination: "/p", type: "bind", source: "/s",
        gidMappings: [RuntimeSpec.IDMapping(containerID: 0, hostID: 1, size: 1)]),
      "mounts[0].uidMappings: missing, both mappings or none are needed"
    ),
  ])
  func refuses(_ mount: Mount, _ message: String) {
    let error = #expect(throws: LifecycleError.self) { try compile(mount) }
    #expect(error?.description == "config.json: \(message)")
  }
}
