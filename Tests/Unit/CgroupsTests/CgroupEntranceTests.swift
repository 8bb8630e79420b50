import Testing

@testable import Cgroups

@Suite struct CgroupEntranceTests {
  @Test(
    arguments: [
      ("/", "/", "/cg/user/box", "/cg"), ("/", "/user/shell", "/cg/user/box", "/cg/user"),
      ("/", "/user", "/cg/user/box", "/cg/user"), ("/", "/user2/a", "/cg/user/box", "/cg"),
      ("/a", "/a/b/c", "/cg/b/d", "/cg/b"), ("/a", "/other", "/cg/b", nil), ("/", "/../x", "/cg/b", nil),
      ("/", "/a", "/elsewhere/b", nil),
    ] as [(String, String, String, String?)])
  func whereBothMeet(_ root: String, _ own: String, _ path: String, _ common: String?) {
    let hierarchy = CgroupLayout.Hierarchy(key: "", mountPoint: "/cg", mountRoot: root, ownPath: own)
    #expect(CgroupDirectory.commonAncestor(of: path, in: hierarchy) == common)
  }
}
