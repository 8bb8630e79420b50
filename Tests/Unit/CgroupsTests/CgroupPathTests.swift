import Testing

@testable import Cgroups

@Suite struct CgroupPathTests {
  /// text, then the path below memory (v1, own `/a/b`) and below the unified tree (own `/user.slice/session.scope`).
  static let rows: [(String?, String, String)] = [
    ("/foo/bar", "foo/bar", "foo/bar"),
    ("/../../foo/./x/../bar", "foo/bar", "foo/bar"),
    ("//foo//", "foo", "foo"),
    // A slash under a combining mark is a slash to the kernel.
    ("/foo/../../\u{301}/../bar", "bar", "bar"),
    ("foo", "a/b/foo", "user.slice/foo"),
    ("../../foo", "a/b/foo", "user.slice/foo"),
    (nil, "a/b/web", "user.slice/web"),
    ("", "a/b/web", "user.slice/web"),
    ("system.slice:apus:web", "a/b/system.slice:apus:web", "user.slice/system.slice:apus:web"),
  ]

  @Test(arguments: rows) func placesTheCgroup(_ row: (String?, String, String)) throws {
    let path = try CgroupPath(row.0, id: "web")
    #expect(try path.components(in: Layouts.v1.hierarchies[4]).joined(separator: "/") == row.1)
    #expect(try path.components(in: Layouts.v2.hierarchies[0]).joined(separator: "/") == row.2)
  }

  @Test(arguments: [
    ("/", "linux.cgroupsPath: \"/\" is the root, needed a cgroup of the container's own"),
    ("/a/..", "linux.cgroupsPath: \"/a/..\" is the root, needed a cgroup of the container's own"),
    ("/a\0b", "linux.cgroupsPath: has a NUL or a newline, needed a path"),
  ])
  func refuses(_ text: String, _ message: String) {
    let error = #expect(throws: CgroupError.self) { try CgroupPath(text, id: "web") }
    #expect(error?.description == message)
  }

  @Test func aRelativePathNeedsTheOwnCgroupToBeMounted() throws {
    let outside = CgroupLayout.Hierarchy(
      key: "pids", mountPoint: "/p", mountRoot: "/docker/x", ownPath: "/elsewhere")
    let error = #expect(throws: CgroupError.self) { try CgroupPath("foo", id: "web").components(in: outside) }
    #expect(
      error?.description
        == "linux.cgroupsPath: the runtime's own cgroup \"/elsewhere\" is not below \"/docker/x\", which is mounted on "
        + "\"/p\", needed an absolute path")
    #expect(try CgroupPath("/foo", id: "web").components(in: outside) == ["foo"])
  }
}
