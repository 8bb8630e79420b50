import Testing

@testable import Options

@Suite("--volume")
struct VolumeFlagTests {
  static func read(_ text: String) throws -> MountOption {
    try MountOption(volume: text, workingDirectory: { "/here" })
  }

  @Test(arguments: [
    ("/a:/b", "/a", "/b", false), ("/a:/b:ro", "/a", "/b", true), ("/a:/b:rw", "/a", "/b", false),
    ("/a//x/./y/../z/:/b/c/", "/a/x/z", "/b/c", false), ("/:/host", "/", "/host", false),
    ("./x:/y", "/here/x", "/y", false), ("../x:/y:ro", "/x", "/y", true), (".:/y", "/here", "/y", false),
    ("/a:/b:z,ro,cached", "/a", "/b", true),
  ])
  func aHostPathIsBound(_ text: String, _ source: String, _ destination: String, _ readOnly: Bool) throws {
    let option = try Self.read(text)
    #expect(option.kind == .bind(source: source, makesMissing: true))
    #expect(option.destination == destination)
    #expect(option.readOnly == readOnly)
    #expect(option.flag == .volume)
  }

  @Test func volumesHaveANameOrNone() throws {
    let anonymous = try Self.read("/data/")
    #expect(anonymous.kind == .volume(VolumeChoice(name: nil)))
    #expect(anonymous.destination == "/data")
    let named = try Self.read("pg_1.x:/data:ro,nocopy")
    guard case .volume(let choice) = named.kind else { throw OptionError("", "", "no volume") }
    #expect(choice.name?.text == "pg_1.x")
    #expect(!choice.copies)
    #expect(named.readOnly && named.mode == "ro,nocopy")
  }

  @Test func propagationAndRecursionAreWords() throws {
    #expect(try Self.read("/a:/b:rshared").propagation == .rshared)
    #expect(try Self.read("/a:/b:slave,ro").propagation == .slave)
    #expect(try Self.read("/a:/b:rro").recursion == .readonly)
    #expect(try Self.read("/a:/b:rro").readOnly)
  }

  @Test(arguments: [
    ("/x:y", "invalid mount path: 'y' mount path must be absolute"),
    ("x", "invalid mount path: 'x' mount path must be absolute"),
    ("/x:/", "invalid specification: destination can't be '/'"),
    ("/", "invalid specification: destination can't be '/'"),
    ("/x:/a/..", "invalid specification: destination can't be '/'"),
    ("/x:/y:q", "invalid mode: q"),
    ("/x:/y:ro,rw", "invalid mode: ro,rw: two words for one thing"),
    ("/x:/y:shared,rslave", "invalid mode: shared,rslave: two words for one thing"),
    ("/x:/y:rro,rshared", "invalid mode: rro,rshared: rro needs the propagation rprivate"),
    ("/x:/y:uid=x", "invalid mode: uid=x: expected a number of a user"),
    ("/x:/y:gid=4294967295", "invalid mode: gid=4294967295: expected a number of a group"),
    ("/x:/y:uid=1,ro,uid=2", "invalid mode: uid=1,ro,uid=2: two words for one thing"),
    ("/x:/y:nocopy", "nocopy is for volumes, not for host paths"),
    ("vol:/y:rshared", "mount propagation is for host paths, not for volumes"),
    ("", "invalid empty volume spec: expected [SOURCE:]/container/path[:MODE]"),
    (":/x", "empty section between colons: expected [SOURCE:]/container/path[:MODE]"),
    ("/x:/y:", "empty section between colons: expected [SOURCE:]/container/path[:MODE]"),
    ("/x:/y:ro:z", "invalid volume specification: expected [SOURCE:]/container/path[:MODE]"),
    ("v:/x", "volume name is too short, names should be at least two alphanumeric characters"),
    (
      "x/y:/z",
      "includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. "
        + "If you intended to pass a host directory, use absolute path"
    ),
  ])
  func whatCannotBeMountedIsRefused(_ text: String, _ problem: String) {
    let error = #expect(throws: OptionError.self) { try Self.read(text) }
    #expect(error?.option == "--volume" && error?.problem == problem)
  }
}

@Suite("--mount")
struct MountFlagTests {
  static func read(_ text: String) throws -> MountOption {
    try MountOption(mount: text, workingDirectory: { "/here" })
  }

  @Test func bindsAreSpelledInManyWays() throws {
    for text in [
      "type=bind,source=/a,target=/b", "TYPE=Bind,src=/a,dst=/b", "type=bind,src=/a,destination=/b/",
      "\"type=bind\",\"source=/a\",target=/b,consistency=cached",
    ] {
      let option = try Self.read(text)
      #expect(option.kind == .bind(source: "/a", makesMissing: false), "\(text)")
      #expect(option.destination == "/b", "\(text)")
    }
    #expect(try Self.read("type=bind,src=./x,dst=/b").kind == .bind(source: "/here/x", makesMissing: false))
    #expect(
      try Self.read("type=bind,\"src=/a,b\",dst=/b").kind == .bind(source: "/a,b", makesMissing: false))
  }

  @Test func theKeysOfBinds() throws {
    #expect(try Self.read("type=bind,src=/a,dst=/b,ro").readOnly)
    #expect(try Self.read("type=bind,src=/a,dst=/b,readonly=1").readOnly)
    #expect(try !Self.read("type=bind,src=/a,dst=/b,readonly=false").readOnly)
    #expect(try Self.read("type=bind,src=/a,dst=/b,bind-propagation=rslave").propagation == .rslave)
    #expect(try Self.read("type=bind,src=/a,dst=/b,bind-nonrecursive").recursion == .disabled)
    #expect(try Self.read("type=bind,src=/a,dst=/b,bind-recursive=disabled").recursion == .disabled)
    #expect(try Self.read("type=bind,src=/a,dst=/b,ro,bind-recursive=writable").recursion == .writable)
    let strict = "type=bind,src=/a,dst=/b,ro,bind-recursive=readonly,bind-propagation=rprivate"
    #expect(try Self.read(strict).recursion == .readonly)
  }

  @Test func theKeysOfVolumes() throws {
    let option = try Self.read(
      "source=data,target=/x,volume-nocopy,volume-label=a=1,volume-driver=local,volume-opt=type=tmpfs,"
        + "volume-opt=device=tmpfs,\"volume-opt=o=size=1m,uid=5\"")
    guard case .volume(let choice) = option.kind else { throw OptionError("", "", "no volume") }
    #expect(choice.name?.text == "data" && !choice.copies)
    #expect(choice.labels == [try Label("a=1")])
    #expect(choice.options.map(\.key) == ["type", "device", "o"])
    #expect(choice.options.last?.value == "size=1m,uid=5")
    #expect(try Self.read("type=volume,dst=/x").kind == .volume(VolumeChoice(name: nil)))
  }

  @Test func partsOfVolumesAndImages() throws {
    for text in ["x/y", "x/../y", "./x", "..x", "x/.."] {
      guard case .volume(let choice) = try Self.read("src=vol,dst=/x,volume-subpath=\(text)").kind else {
        throw OptionError("", "", "no volume")
      }
      #expect(choice.subpath == text)
      #expect(
        try Self.read("type=image,src=a/b:1,dst=/x,image-subpath=\(text)").kind
          == .image(name: "a/b:1", subpath: text))
    }
    #expect(try Self.read("type=image,src=i,dst=/x").kind == .image(name: "i", subpath: nil))
    #expect(try Self.read("type=image,src=i,dst=/x,image-subpath=").kind == .image(name: "i", subpath: nil))
  }

  @Test func theKeysOfTmpfs() throws {
    let option = try Self.read("type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=1770")
    #expect(option.kind == .tmpfs(options: ["size=67108864", "mode=1770"]))
    #expect(
      try Self.read("type=tmpfs,target=/t,tmpfs-size=1.5KiB").kind == .tmpfs(options: ["size=1536"]))
  }

  @Test(arguments: [
    ("", "invalid field '' must be a key=value pair"),
    ("type=bind,foo", "invalid field 'foo' must be a key=value pair"),
    ("type=bind,foo=1", "unexpected key 'foo' in 'foo=1'"),
    ("type=bind,src=/a", "target is required"),
    ("type=,target=/a", "type is required"),
    ("type=bind,target=/a", "invalid mount config for type \"bind\": field Source must not be empty"),
    (
      "type=bind,src=a,target=/a",
      "invalid mount config for type \"bind\": invalid mount path: 'a' mount path must be absolute"
    ),
    ("src=vol,target=a", "invalid mount path: 'a' mount path must be absolute"),
    ("type=bind,src=/a,target=/a,ro=x", "invalid value for ro: x"),
    ("type=bind,src=/a,target=/a,volume-nocopy", "cannot mix 'volume-*' options with mount type 'bind'"),
    ("src=vol,target=/a,bind-propagation=shared", "cannot mix 'bind-*' options with mount type 'volume'"),
    ("src=vol,target=/a,tmpfs-size=1m", "cannot mix 'tmpfs-*' options with mount type 'volume'"),
    (
      "type=tmpfs,src=/a,target=/a",
      "invalid mount config for type \"tmpfs\": field Source must not be specified"
    ),
    ("type=tmpfs,target=/a,tmpfs-size=x", "invalid value for tmpfs-size: x"),
    ("type=tmpfs,target=/a,tmpfs-mode=9", "invalid value for tmpfs-mode: 9"),
    ("type=bind,src=/a,target=/a,bind-propagation=x", "invalid propagation mode: x"),
    (
      "type=bind,src=/a,target=/a,bind-recursive=x",
      "invalid value for bind-recursive: x (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")"
    ),
    (
      "type=bind,src=/a,target=/a,bind-recursive=writable",
      "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction"
    ),
    (
      "type=bind,src=/a,target=/a,ro,bind-recursive=readonly",
      "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction"
    ),
    (
      "type=cluster,src=c,target=/a",
      "mounts of type cluster are not made here; there are bind, volume, tmpfs and image"
    ),
    ("type=image,target=/a", "invalid mount config for type \"image\": field Source must not be empty"),
    (
      "type=image,src=i,target=/a,volume-subpath=x",
      "cannot mix 'volume-*' options with mount type 'image'"
    ),
    ("src=vol,target=/a,image-subpath=x", "cannot mix 'image-*' options with mount type 'volume'"),
    ("type=bind,src=/a,target=/a,image-subpath=x", "cannot mix 'image-*' options with mount type 'bind'"),
    ("src=vol,target=/a,volume-subpath", "invalid field 'volume-subpath' must be a key=value pair"),
    (
      "target=/a,volume-subpath=x",
      "invalid mount config for type \"volume\": must not set Subpath when using anonymous volumes"
    ),
    (
      "src=vol,target=/a,volume-subpath=/x",
      "invalid mount config for type \"volume\": subpath must be a relative path within the volume"
    ),
    (
      "src=vol,target=/a,volume-subpath=x/../../y",
      "invalid mount config for type \"volume\": subpath must be a relative path within the volume"
    ),
    (
      "type=image,src=i,target=/a,image-subpath=..",
      "invalid mount config for type \"image\": subpath must be a relative path within the image"
    ),
    (
      "type=x,target=/a", "invalid mount config for type \"x\": mount type unknown: \"x\""
    ),
    (
      "src=vol,target=/a,volume-driver=nfs",
      "error looking up volume plugin nfs: plugin \"nfs\" not found"
    ),
    ("type=bind,\"src=/a", "a quote is not closed"),
  ])
  func whatCannotBeMountedIsRefused(_ text: String, _ problem: String) {
    #expect(throws: OptionError("--mount", text, problem)) { try Self.read(text) }
  }
}

@Suite("--tmpfs and --volumes-from")
struct OtherMountFlagTests {
  @Test func tmpfsHasOptions() throws {
    let option = try MountOption(tmpfs: "/run:rw,size=64m,mode=1777")
    #expect(option.kind == .tmpfs(options: ["rw", "size=64m", "mode=1777"]))
    #expect(option.destination == "/run")
    #expect(try MountOption(tmpfs: "/run").kind == .tmpfs(options: []))
    for (text, problem) in [
      ("run", "invalid mount path: 'run' mount path must be absolute"),
      ("/", "invalid specification: destination can't be '/'"),
      ("/run:foo", "invalid tmpfs option [\"foo\"]"), ("/run:foo=1", "invalid tmpfs option [\"foo=1\"]"),
    ] {
      #expect(throws: OptionError("--tmpfs", text, problem)) { try MountOption(tmpfs: text) }
    }
  }

  @Test func volumesFromHasAMode() throws {
    #expect(try VolumesFrom("db").container == "db")
    #expect(try !VolumesFrom("db:rw").readOnly)
    #expect(try VolumesFrom("db:ro").readOnly)
    #expect(
      throws: OptionError(
        "--volumes-from", "db:x", "invalid mode for volumes-from: x; expected ro or rw")
    ) { try VolumesFrom("db:x") }
    #expect(throws: OptionError.self) { try VolumesFrom(":ro") }
  }

  @Test(arguments: ["../x", "a/b", ".x", "-x", "a b", "é1", String(repeating: "a", count: 256)])
  func aNameBecomesNoPath(_ name: String) {
    #expect(throws: OptionError.self) { try VolumeName(name) }
  }
}
