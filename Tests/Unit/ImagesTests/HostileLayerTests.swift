import Images
import LinuxSystem
import OCIImageSpec
import Store
import Testing

/// A layer's tar is written by whoever made the image. Nothing in it may touch anything outside of its layer.
@Suite("Hostile layers", .enabled(if: ImageFixture.canUnpack, ImageFixture.unpackReason))
struct HostileLayerTests {
  let fixture: ImageFixture
  /// A directory beside the roots that no layer may reach.
  let outside: String

  init() throws {
    fixture = try ImageFixture()
    outside = fixture.directory + "/outside"
    try makeDirectory(outside)
    try writeAtomically(outside + "/victim", Array("safe".utf8))
  }

  private func expectOutsideUntouched(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try listDirectory(outside) == ["victim"], sourceLocation: sourceLocation)
    #expect(try readText(outside + "/victim") == "safe", sourceLocation: sourceLocation)
    #expect(try fileStatus(outside + "/victim").linkCount == 1, sourceLocation: sourceLocation)
  }

  private func expectRefusal(
    _ tar: TarBuilder, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let error = #expect(throws: ImageError.self, sourceLocation: sourceLocation) { try fixture.unpack(tar) }
    #expect(
      error?.description.hasSuffix(words) == true, "\(error?.description ?? "")",
      sourceLocation: sourceLocation)
    try expectOutsideUntouched(sourceLocation: sourceLocation)
    try fixture.expectNothingLeftBehind(sourceLocation: sourceLocation)
  }

  @Test func aLinkToTheRootLeadsToTheLayersRoot() throws {
    var tar = TarBuilder()
    tar.add("a", .symbolicLink, link: "/")
    tar.add("a\(outside)/planted", content: "x")
    let tree = try fixture.unpack(tar)
    #expect(try readText("\(tree)\(outside)/planted") == "x")
    try expectOutsideUntouched()
  }

  @Test func aLinkUpwardsEndsAtTheLayersRoot() throws {
    var tar = TarBuilder()
    tar.add("up", .symbolicLink, link: "../../../../../../../../..")
    tar.add("up\(outside)/victim", content: "x")
    let tree = try fixture.unpack(tar)
    #expect(try readText("\(tree)\(outside)/victim") == "x")
    try expectOutsideUntouched()
  }

  @Test func aFileOverALinkReplacesTheLink() throws {
    var tar = TarBuilder()
    tar.add("f", .symbolicLink, link: outside + "/victim")
    tar.add("f", content: "x")
    #expect(try fileStatus(fixture.unpack(tar) + "/f", follow: false).kind == .regular)
    try expectOutsideUntouched()
  }

  @Test func anAbsoluteNameIsTakenInsideTheLayer() throws {
    var tar = TarBuilder()
    tar.add("/abs/victim", content: "x")
    #expect(try readText(fixture.unpack(tar) + "/abs/victim") == "x")
  }

  @Test(arguments: ["../escaped", "a/../../escaped", "/../escaped", "../.wh.victim", "x/.wh..."])
  func aNameThatLeadsOutIsRefused(_ name: String) throws {
    var tar = TarBuilder()
    tar.add(name, content: "x")
    try expectRefusal(tar, "entry \"\(name)\": leads out of the layer")
  }

  @Test func aHardLinkThatLeadsOutIsRefused() throws {
    var tar = TarBuilder()
    tar.add("h", .hardLink, link: "../../../../etc/passwd")
    try expectRefusal(tar, "entry \"h\": its hard link to \"../../../../etc/passwd\" leads out of the layer")
  }

  @Test func aHardLinkToTheHostFindsOnlyTheLayer() throws {
    var tar = TarBuilder()
    tar.add("h", .hardLink, link: outside + "/victim")
    let error = #expect(throws: ImageError.self) { try fixture.unpack(tar) }
    #expect(
      error?.description.contains("entry \"h\": Hard-link target") == true, "\(error?.description ?? "")")
    try expectOutsideUntouched()
    try fixture.expectNothingLeftBehind()
  }

  @Test func aHardLinkThroughALinkStaysInside() throws {
    var tar = TarBuilder()
    tar.add("up", .symbolicLink, link: "../../../../../..")
    tar.add("h", .hardLink, link: "up\(outside)/victim")
    #expect(throws: ImageError.self) { try fixture.unpack(tar) }
    try expectOutsideUntouched()
  }

  @Test func aRootThatIsNoDirectoryIsRefused() throws {
    var tar = TarBuilder()
    tar.add("./", .symbolicLink, link: "/")
    try expectRefusal(tar, "entry \"./\": the root of a layer must be a directory")
  }

  @Test func aDeviceIsMadeButNeverWrittenThrough() throws {
    var tar = TarBuilder()
    // 7:0 is the first loop device; the second entry would be its content if a device were followed.
    tar.add("disk", .blockDevice, mode: 0o660, owner: (3, 4), device: (7, 0))
    tar.add("alias", .hardLink, content: "", link: "disk")
    // In a pax archive a hard link may have content, which libarchive writes to what it points at.
    tar.add(
      "alias", .hardLink, content: "overwritten", link: "disk", mode: 0o660, owner: (3, 4),
      pax: [("comment", [1])])
    let tree = try fixture.unpack(tar)
    let status = try fileStatus(tree + "/disk")
    #expect(status.kind == .blockDevice && status.major == 7 && status.minor == 0)
    #expect(status.userID == 3 && status.groupID == 4 && status.permissions == 0o660)
  }

  @Test func theHostsOwnAttributesAreNotTakenFromALayer() throws {
    var tar = TarBuilder()
    tar.add(
      "d", .directory, mode: 0o755,
      pax: [
        TarBuilder.attribute("trusted.overlay.redirect", Array("/../../etc".utf8)),
        TarBuilder.attribute("trusted.overlay.opaque", Array("y".utf8)),
        TarBuilder.attribute("security.selinux", Array("evil".utf8)),
        TarBuilder.attribute("user.kept", [1, 0, 2]),
      ])
    let directory = Array((try fixture.unpack(tar) + "/d").utf8)
    #expect(try extendedAttribute("user.kept", of: directory) == [1, 0, 2])
    for name in ["trusted.overlay.redirect", "trusted.overlay.opaque", "security.selinux"] {
      #expect(throws: SystemError.self, "\(name)") { try extendedAttribute(name, of: directory) }
    }
  }

  @Test(arguments: [
    ([("uid", "-5")], "entry \"f\": its user id is -5, and must be between 0 and 4294967294"),
    (
      [("gid", "4294967295")], "entry \"f\": its group id is 4294967295, and must be between 0 and 4294967294"
    ),
    (
      [("SCHILY.acl.access", "user::rw-,user:joe:rw-,group::r--,mask::rw-,other::r--")],
      "entry \"f\": its ACL names \"joe\" without a number; make the tar with numeric owners"
    ),
    ([("size", "999999999999")], "the tar is cut off: it ends after 3072 bytes, in the middle of an entry"),
  ])
  func whatCannotBeMadeAsWrittenIsRefused(_ records: [(String, String)], _ words: String) throws {
    var tar = TarBuilder()
    tar.add("f", content: "x", pax: records.map { ($0.0, Array($0.1.utf8)) })
    try expectRefusal(tar, words)
  }

  @Test func aLinkWithoutATargetIsRefused() throws {
    var tar = TarBuilder()
    tar.add("f", .symbolicLink, pax: [("linkpath", [0xe9])])
    try expectRefusal(tar, "entry \"f\": it is a link, and its target cannot be read")
  }

  @Test func deepLongAndOddlyNamedTreesAreRemovedAgain() throws {
    var tar = TarBuilder()
    for depth in 1...40 { tar.add(String(repeating: "d/", count: depth), .directory, mode: 0o000) }
    tar.add("deep", .directory, pax: [("path", Array(String(repeating: "x/", count: 5000).utf8))])
    let long = [String](repeating: String(repeating: "l", count: 200), count: 50).joined(separator: "/")
    tar.add("long", content: "x", pax: [("path", Array(long.utf8))])
    tar.add([0xff, 0xfe, 0x0a], content: [1])
    let image = try fixture.images.importImage(.path(try fixture.file("in.tar", tar.archive)), as: nil)
    _ = try fixture.images.removeImage(image.description, force: false)
    try fixture.expectNothingLeftBehind()
  }
}
