import Images
import LinuxSystem
import Testing

@Suite("Users of an image")
struct UserTests {
  private let passwd = Array(
    """
    root:x:0:0:root:/root:/bin/sh

      # a comment
    bob:x:1000:1001:Bob:/home/bob:/bin/sh
    bob:x:2000:2000::/second:
    broken:x:zero:0::/:
    short:x
    nohome:x:7:8::
    1234:x:55:56::/named-by-digits:
    huge:x:4294967295:0::/:
    eve:x:9:9:one\u{2028}mallory:x:0:0::/:
    """.utf8)
  private let group = Array(
    """
    root:x:0:
    bob:x:1001:
    wheel:x:10:root,bob
    video:x:44:bob,alice
    broken:x:zero:bob
    again:x:1001:bob
    """.utf8)

  @Test func furtherGroupsAreByNameOrNumber() throws {
    let group = Array("audio:x:29:\ntty:x:5:\n".utf8)
    let user = try ImageUser.resolve(
      "7:8", groups: ["tty", "1234", "8", "29", "tty"], passwd: [], group: group)
    #expect(user.additionalGroups == [8, 5, 1234, 29])
    #expect(throws: ImageUserError.noSuchAddedGroup("nosuch")) {
      try ImageUser.resolve("", groups: ["nosuch"], passwd: [], group: group)
    }
  }

  @Test(arguments: [
    ("", 0, 0, [0, 10], "/root"),
    ("root", 0, 0, [0, 10], "/root"),
    ("0", 0, 0, [0, 10], "/root"),
    ("bob", 1000, 1001, [1001, 10, 44], "/home/bob"),
    ("1000", 1000, 1001, [1001, 10, 44], "/home/bob"),
    ("bob:wheel", 1000, 10, [10], "/home/bob"),
    ("bob:44", 1000, 44, [44], "/home/bob"),
    ("bob:", 1000, 1001, [1001, 10, 44], "/home/bob"),
    (":wheel", 0, 10, [10], "/root"),
    ("4242", 4242, 0, [0], "/"),
    ("4242:4343", 4242, 4343, [4343], "/"),
    ("4242:wheel", 4242, 10, [10], "/"),
    ("nohome", 7, 8, [8], "/"),
    ("1234", 1234, 0, [0], "/"),
    ("2147483647", 2_147_483_647, 0, [0], "/"),
  ])
  func areFound(_ text: String, _ user: UInt32, _ group: UInt32, _ groups: [UInt32], _ home: String) throws {
    let found = try ImageUser.resolve(text, passwd: passwd, group: self.group)
    #expect(found.userID == user)
    #expect(found.groupID == group)
    #expect(found.additionalGroups == groups)
    #expect(found.home == home)
  }

  @Test(arguments: [
    ("alice", "unable to find user alice: no matching entries in passwd file"),
    ("broken", "unable to find user broken: no matching entries in passwd file"),
    ("mallory", "unable to find user mallory: no matching entries in passwd file"),
    ("huge", "unable to find user huge: no matching entries in passwd file"),
    ("bob:nobody", "unable to find group nobody: no matching entries in group file"),
    ("bob:broken", "unable to find group broken: no matching entries in group file"),
    ("bob:wheel:x", "unable to find group wheel:x: no matching entries in group file"),
    ("-1", "uids and gids must be in range 0-2147483647"),
    ("2147483648", "uids and gids must be in range 0-2147483647"),
    ("99999999999999999999", "uids and gids must be in range 0-2147483647"),
    ("0:4294967296", "uids and gids must be in range 0-2147483647"),
  ])
  func orRefusedInDockersWords(_ text: String, _ words: String) {
    let error = #expect(throws: ImageUserError.self) {
      try ImageUser.resolve(text, passwd: passwd, group: group)
    }
    #expect(error?.description == words)
  }

  @Test func withoutFilesOnlyNumbersAndRootAreKnown() throws {
    #expect(try ImageUser.resolve("", passwd: [], group: []).userID == 0)
    #expect(try ImageUser.resolve("5:6", passwd: [], group: []).groupID == 6)
    #expect(throws: ImageUserError.noSuchUser("root")) {
      try ImageUser.resolve("root", passwd: [], group: [])
    }
  }

  @Test func hostileFilesAreReadInsideTheRootOnly() throws {
    let fixture = try ImageFixture()
    let top = fixture.directory + "/rootfs"
    try makeDirectories(top + "/etc")
    try writeAtomically(top + "/inside", passwd)
    let etc = try openFile(top + "/etc", .path)
    try makeSymbolicLink("../../../../../../../inside", at: "passwd", in: etc)
    let root = try openFile(top, .path)
    #expect(try ImageUser.resolve("bob", inRoot: root).userID == 1000)
    try makeFIFO(top + "/etc/group", mode: 0o600)
    #expect(throws: ImageUserError.unreadable(path: "/etc/group", reason: "not a regular file")) {
      try ImageUser.resolve("bob", inRoot: root)
    }
  }
}
