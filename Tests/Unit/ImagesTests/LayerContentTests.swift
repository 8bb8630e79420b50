import Images
import LinuxSystem
import OCIImageSpec
import Store
import Testing

@Suite("What a layer becomes on disk", .enabled(if: ImageFixture.canUnpack, ImageFixture.unpackReason))
struct LayerContentTests {
  let fixture: ImageFixture

  init() throws { fixture = try ImageFixture() }

  @Test func ownersModesTimesAndLinksAreAsTheTarSays() throws {
    var tar = TarBuilder()
    tar.add("./", .directory, mode: 0o711, owner: (5, 6))
    tar.add("bin/su", content: "su", mode: 0o4755, owner: (0, 42))
    tar.add("bin/hard", .hardLink, link: "bin/su")
    tar.add("bin/soft", .symbolicLink, link: "/bin/su", owner: (7, 8))
    tar.add("pipe", .fifo, mode: 0o600)
    tar.add("null", .characterDevice, mode: 0o666, device: (1, 3))
    let tree = try fixture.unpack(tar)
    let root = try fileStatus(tree)
    #expect(
      root.permissions == 0o711 && root.userID == 5 && root.groupID == 6
        && root.modifiedSeconds == 1_600_000_000)
    let program = try fileStatus(tree + "/bin/su")
    #expect(program.permissions == 0o4755 && program.groupID == 42 && program.linkCount == 2)
    #expect(program.modifiedSeconds == 1_600_000_000)
    #expect(try fileStatus(tree + "/bin").permissions == 0o755)
    let link = try fileStatus(tree + "/bin/soft", follow: false)
    #expect(link.kind == .symbolicLink && link.userID == 7 && link.groupID == 8)
    #expect(try readLink(tree + "/bin/soft") == "/bin/su")
    #expect(try fileStatus(tree + "/pipe").kind == .fifo)
    let device = try fileStatus(tree + "/null")
    #expect(device.kind == .characterDevice && device.major == 1 && device.minor == 3)
  }

  @Test func namesKeepTheirBytes() throws {
    var tar = TarBuilder()
    tar.add([0x63, 0x61, 0x66, 0xe9], content: [1])
    tar.add("größe", content: "x")
    // A pax header that is not the UTF-8 that it must be: GNU tar writes such.
    tar.add("short", content: "x", pax: [("path", [0x7a, 0xe9])])
    tar.add("zz", .symbolicLink, link: "short", pax: [("linkpath", [0x7a, 0xe9])])
    // An e with an accent of its own is another name than an é (Unicode, normalization forms).
    tar.add("short", content: "one", pax: [("path", Array("e\u{301}".utf8))])
    tar.add("short", content: "other", pax: [("path", Array("\u{e9}".utf8))])
    let tree = try fixture.unpack(tar)
    #expect(try readText(tree + "/e\u{301}") == "one")
    #expect(try readText(tree + "/\u{e9}") == "other")
    let names = try listRawNames(try openFile(tree, [.readOnly, .directory])).filter {
      $0.first != 0x65 && $0 != [0xc3, 0xa9]
    }
    #expect(names == [[0x63, 0x61, 0x66, 0xe9], Array("größe".utf8), Array("zz".utf8), [0x7a, 0xe9]])
    // Through the link, whose target has the same bytes.
    #expect(try readText(tree + "/zz") == "x")
  }

  @Test func capabilitiesAndOwnAttributesStay() throws {
    // Version 2, effective, cap_net_raw (linux/capability.h, vfs_cap_data).
    let capability: [UInt8] = [1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    var tar = TarBuilder()
    tar.add("ping", content: "x", mode: 0o755, pax: [TarBuilder.attribute("security.capability", capability)])
    let path = Array((try fixture.unpack(tar) + "/ping").utf8)
    #expect(try extendedAttribute("security.capability", of: path) == capability)
  }

  @Test func zerosBecomeHoles() throws {
    var tar = TarBuilder()
    tar.add(Array("sparse".utf8), content: [UInt8](repeating: 0, count: 1 << 20) + [1])
    let path = try fixture.unpack(tar) + "/sparse"
    #expect(try fileStatus(path).sizeBytes == (1 << 20) + 1)
    #expect(try fixture.run("sh", ["-c", "test $(du -k '\(path)' | cut -f1) -lt 64"]))
  }

  @Test func whiteoutsBecomeOverlaysForm() throws {
    var tar = TarBuilder()
    tar.add("d/.wh.gone")
    tar.add("d/.wh..wh..opq")
    tar.add(".wh..wh.plnk", .directory, mode: 0o755)
    // Of a path that this layer has itself: what is here stays, but nothing from below shows through.
    tar.add("kept", content: "x")
    tar.add(".wh.kept")
    tar.add("new/file", content: "x")
    tar.add(".wh.new")
    tar.add(".wh.later")
    tar.add("later/file", content: "x")
    let tree = try fixture.unpack(tar)
    let gone = try fileStatus(tree + "/d/gone")
    #expect(gone.kind == .characterDevice && gone.major == 0 && gone.minor == 0)
    #expect(try listDirectory(tree) == ["d", "kept", "later", "new"])
    #expect(try readText(tree + "/kept") == "x")
    for directory in ["d", "new", "later"] {
      let path = Array("\(tree)/\(directory)".utf8)
      #expect(
        try extendedAttribute("trusted.overlay.opaque", of: path) == [UInt8(ascii: "y")], "\(directory)")
    }
  }

  @Test func layersStackAndWhiteoutsHide() throws {
    var bottom = TarBuilder()
    bottom.add("a", content: "bottom")
    bottom.add("d/old", content: "bottom")
    var top = TarBuilder()
    top.add(".wh.a")
    top.add("d/.wh..wh..opq")
    top.add("d/new", content: "top")
    let lower = [try fixture.unpack(top), try fixture.unpack(bottom)]
    // A comma and a colon in the path, so that the long way is taken.
    let place = fixture.directory + "/m,n:o"
    for name in ["upper", "work", "target"] { try makeDirectories("\(place)/\(name)") }
    for lower in [lower, lower + (0..<100).map { _ in lower[1] }] {
      let overlay = Overlay(
        lower: lower.count == 2 ? lower : try distinctCopies(lower.count), upper: place + "/upper",
        work: place + "/work", target: place + "/target")
      try overlay.mount()
      let names = Result { try (listDirectory(overlay.target), readText(overlay.target + "/d/new")) }
      try Overlay.unmount(overlay.target)
      if lower.count == 2 { #expect(try names.get() == (["d"], "top")) } else { _ = try names.get() }
    }
    try Overlay.unmount(place + "/target")
    try Overlay.unmount(place + "/nothing")
  }

  /// As many directories with a long path, each with `d/new`.
  private func distinctCopies(_ count: Int) throws -> [String] {
    try (0..<count).map { number in
      let path = "\(fixture.directory)/\(String(repeating: "x", count: 60))-\(number)"
      try makeDirectories(path + "/d")
      try writeAtomically(path + "/d/new", [], durable: false)
      return path
    }
  }
}
