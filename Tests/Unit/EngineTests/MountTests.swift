import JSONDocument
import OCIRuntimeSpec
import Options
import Testing

@testable import Engine

@Suite("The mounts of a container")
struct MountTests {
  private static func flags(_ texts: String...) throws -> [MountOption] {
    try texts.map { try MountOption(volume: $0, workingDirectory: { "/" }) }
  }

  private static func resolve(
    _ flags: [MountOption], from: [(String, [ContainerMount])] = [], image: [String] = []
  ) throws -> [ContainerMount] {
    var number = 0
    return try ResolvedMounts(
      flags: flags, inherited: try from.map { (try VolumesFrom($0.0), $0.1) }, volumes: image,
      findImage: { (name) throws(EngineError) in
        ContainerMount.Image(id: "sha256:\(name)", layers: ["low", "high"])
      },
      newName: { () throws(EngineError) in
        number += 1
        return "new\(number)"
      }
    ).mounts
  }

  @Test func theImagesVolumesGetOneEach() throws {
    let mounts = try Self.resolve(try Self.flags("/a", "data:/b/"), image: ["/b", "/c/", "/"])
    #expect(mounts.map(\.destination) == ["/a", "/b", "/c"])
    #expect(mounts.map(\.source) == ["new1", "data", "new2"])
    #expect(mounts.map(\.isAnonymous) == [true, false, true])
    #expect(mounts.map(\.origin) == [.volume, .volume, .image])
  }

  @Test func whatIsInheritedGivesWay() throws {
    let first = try Self.resolve(try Self.flags("one:/a", "one:/b", "/host:/c"))
    let second = try Self.resolve(try Self.flags("two:/b"))
    let mounts = try Self.resolve(
      try Self.flags("mine:/c"), from: [("x", first), ("y:ro", second)], image: ["/a"])
    #expect(mounts.map(\.destination) == ["/a", "/b", "/c"])
    #expect(mounts.map(\.source) == ["one", "two", "mine"])
    #expect(mounts.map(\.readOnly) == [false, true, false])
  }

  /// docker's Config.Volumes, whoever said them (moby, daemon/create_unix.go).
  @Test func aPlaceWithoutASourceGivesWayToWhatIsInherited() throws {
    let parent = try Self.resolve(try Self.flags("one:/a", "/host:/b"))
    let mounts = try Self.resolve(try Self.flags("/a", "/b", "/c"), from: [("x", parent)])
    #expect(mounts.map(\.source) == ["one", "/host", "new1"])
  }

  @Test func oneThatIsReadOnlyStaysSo() throws {
    let source = try Self.resolve(try Self.flags("one:/a:ro"))
    #expect(try Self.resolve([], from: [("x:rw", source)]).map(\.readOnly) == [true])
  }

  @Test func theSameWordsTwiceAreOneMount() throws {
    #expect(
      try Self.resolve(try Self.flags("/a:/x", "/a:/x", "b1:/y", "/a:/x")).map(\.source) == ["/a", "b1"])
  }

  @Test func onePlaceIsNamedOnce() {
    #expect(throws: EngineError(.invalid, "Duplicate mount point: /x")) {
      try Self.resolve(try Self.flags("/a:/x", "b1:/x/"))
    }
  }

  @Test(arguments: [
    "/proc", "/proc/sys", "vol:/proc/self/attr", "/host:/proc", "/proc/1:/proc/1", "/x:/proc/../proc/kcore",
  ])
  func nothingIsMountedOverProc(_ text: String) throws {
    #expect(throws: EngineError.self) { try Self.resolve(try Self.flags(text)) }
  }

  @Test func whatProcMayHaveOverIt() throws {
    let flags = try Self.flags("/proc:/proc", "/lxcfs/uptime:/proc/uptime", "/x:/process", "/x:/srv/proc/sys")
    #expect(try Self.resolve(flags).count == 4)
    #expect(throws: EngineError(.invalid, "\"/proc/sys\" cannot be mounted because it is inside /proc")) {
      try Self.resolve([], image: ["/proc/sys/"])
    }
  }

  @Test func whatIsCompiled() throws {
    func options(_ text: String, _ isNew: Bool = true) throws -> [String] {
      let mount = try Self.resolve(try Self.flags(text))[0]
      return mount.compile(source: "/s", readsOnlyBelow: isNew).options ?? []
    }
    #expect(try options("/a:/b") == ["rbind", "rprivate", "rw"])
    #expect(try options("/a:/b:ro") == ["rbind", "rprivate", "ro", "rro"])
    #expect(try options("/a:/b:ro", false) == ["rbind", "rprivate", "ro"])
    #expect(try options("/a:/b:rshared") == ["rbind", "rshared", "rw"])
    let writable = try MountOption(
      mount: "type=bind,src=/a,dst=/b,ro,bind-recursive=writable", workingDirectory: { "/" })
    #expect(
      try Self.resolve([writable])[0].compile(source: "/a", readsOnlyBelow: true).options
        == ["rbind", "rprivate", "ro"])
    let tmpfs = try Self.resolve([try MountOption(tmpfs: "/t:size=1m,exec")])[0]
      .compile(source: "", readsOnlyBelow: true)
    #expect(tmpfs.type == "tmpfs")
    #expect(tmpfs.options == ["nosuid", "nodev", "rprivate", "size=1m", "exec"])
  }

  @Test func partsAndImagesAreKeptAndInherited() throws {
    let flags = try [
      "type=volume,src=data,dst=/a,volume-subpath=x/y", "type=image,src=tools,dst=/b,image-subpath=bin",
    ].map { try MountOption(mount: $0, workingDirectory: { "/" }) }
    let mounts = try Self.resolve(flags)
    #expect(mounts.map(\.subpath) == ["x/y", "bin"])
    #expect(mounts.map(\.image?.layers) == [nil, ["low", "high"]])
    // Whoever wrote to an image's layers would write to all that are made of it.
    #expect(mounts.map(\.readOnly) == [false, true])
    let heirs = try Self.resolve([], from: [("x", mounts)])
    #expect(heirs.map(\.subpath) == ["x/y", "bin"] && heirs.map(\.image) == mounts.map(\.image))
    let text = try SettingsTests.settings(mounts: mounts).json
    #expect(try ContainerSettings(json: text, id: "x").mounts == mounts)
    #expect(throws: EngineError.self) {
      try ContainerSettings(json: text.replacing("\"image\":{", with: "\"other\":{"), id: "x")
    }
  }

  @Test func rowsOfBeforeThereWereVolumesAreRead() throws {
    let text = try SettingsTests.settings().json.replacing(
      "\"mounts\":[]", with: "\"binds\":[{\"source\":\"/a\",\"destination\":\"/b\",\"readOnly\":true}]")
    let mount = try ContainerSettings(json: text, id: "x").mounts[0]
    #expect(mount.kind == .bind && mount.source == "/a" && mount.destination == "/b" && mount.readOnly)
  }

  @Test func theHostsMountOfAPath() {
    let table = """
      1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda rw
      2 1 8:2 / /srv rw master:3 - ext4 /dev/sdb rw
      3 1 8:2 / /srv/x rw - ext4 /dev/sdb rw

      """
    #expect(HostMount(holding: "/home", in: table) == HostMount(point: "/", isShared: true, isSlave: false))
    #expect(
      HostMount(holding: "/srv/a", in: table) == HostMount(point: "/srv", isShared: false, isSlave: true))
    #expect(
      HostMount(holding: "/srv/x", in: table) == HostMount(point: "/srv/x", isShared: false, isSlave: false))
    #expect(HostMount(holding: "/srvx", in: table)?.point == "/")
    let blank = "4 1 8:2 / /my\\040disk rw shared:9 - ext4 /dev/sdc rw\n"
    #expect(HostMount(holding: "/my disk/a", in: blank)?.isShared == true)
  }

  // Every id is on both sides once, or a file would belong to nobody.
  @Test(arguments: [(0, 5), (5, 0), (7, 7), (1000, 1001), (0, 4_294_967_294)] as [(UInt32, UInt32)])
  func mappedOwnersChangePlaces(_ outside: UInt32, _ inside: UInt32) throws {
    var mount = ContainerMount(.bind, source: "/s", destination: "/d", origin: .volume)
    mount.ownerUser = inside
    let compiled = mount.compile(source: "/s", readsOnlyBelow: false, owner: (user: outside, group: 3))
    let users = try #require(compiled.uidMappings)
    #expect(users.contains { $0.containerID == outside && $0.hostID == inside && $0.size >= 1 })
    #expect(users.contains { $0.containerID == inside && $0.hostID == outside && $0.size >= 1 })
    #expect(users.reduce(0) { $0 + Int($1.size) } == Int(UInt32.max))
    // The group was not asked for.
    #expect(compiled.gidMappings?.allSatisfy { $0.containerID == $0.hostID } == true)
    #expect(compiled.options?.last == "ridmap")
  }
}
