import Testing

@testable import Images

@Suite("Names in a layer")
struct LayerNameTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: [
    ("", LayerEntryName.root), (".", .root), ("./", .root), ("/", .root), ("a/..", .root),
    ("a", .file(bytes("a"))), ("./a/b/", .file(bytes("a/b"))), ("/etc//passwd", .file(bytes("etc/passwd"))),
    ("a/../b", .file(bytes("b"))), ("a/./b", .file(bytes("a/b"))), ("...", .file(bytes("..."))),
    ("..", .invalid), ("../a", .invalid), ("a/../../b", .invalid), ("/..", .invalid),
    (".wh.a", .whiteout(bytes("a"))), ("d/.wh.a", .whiteout(bytes("d/a"))), ("../.wh.a", .invalid),
    (".wh.", .invalid), (".wh..", .invalid), (".wh...", .invalid), ("d/.wh...", .invalid),
    (".wh....", .whiteout(bytes("..."))), (".wh..wh.a", .bookkeeping), (".wh..wh.plnk/1.2", .bookkeeping),
    (".wh..wh..opq", .opaque(bytes("."))), ("d/e/.wh..wh..opq", .opaque(bytes("d/e"))),
    ("../.wh..wh..opq", .invalid), (".wh.a/b", .file(bytes(".wh.a/b"))),
  ])
  func areJudged(_ name: String, _ meaning: LayerEntryName) {
    #expect(LayerEntryName(Array(name.utf8)) == meaning)
  }

  @Test func areBytes() {
    #expect(LayerEntryName([0xff, 0x2f, 0xe9]) == .file([0xff, 0x2f, 0xe9]))
  }

  @Test func linkTargetsStayInTheLayer() {
    #expect(LayerEntryName.linkTarget(Array("/a/../b".utf8)) == Array("b".utf8))
    #expect(LayerEntryName.linkTarget(Array("../../etc/passwd".utf8)) == nil)
    #expect(LayerEntryName.linkTarget(Array(".".utf8)) == nil)
  }

  @Test func inMessagesTheyAreOneLine() {
    #expect(quoted(Array("a\n\u{1b}[31m".utf8)) == "\"a\\u{a}\\u{1b}[31m\"")
    #expect(quoted([UInt8](repeating: 0x61, count: 500)).count == 203)
  }
}
