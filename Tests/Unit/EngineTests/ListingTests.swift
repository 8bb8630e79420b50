import LinuxSystem
import Store
import Testing

@testable import Engine

@Suite("What lists and info tell")
struct ListingTests {
  private static let id = "sha256:" + String(repeating: "ab", count: 32)
  private static let other = "sha256:" + String(repeating: "cd", count: 32)

  @Test(
    arguments: [
      ("busybox", "busybox", "busybox"), ("busybox:latest", "busybox:latest", "busybox:latest"),
      ("docker.io/library/busybox", "docker.io/library/busybox", "docker.io/library/busybox"),
      ("moved", "abababababab", id), ("gone:v1", "abababababab", id), ("ababab", "abababababab", "ababab"),
      (id, "abababababab", id),
    ])
  func anImageIsNamedAsGivenAsLongAsThatIsTrue(_ given: String, _ shown: String, _ whole: String) {
    let record = ContainerRecord(
      id: String(repeating: "1", count: 64), name: "web", imageID: Self.id, imageReference: given,
      createdAt: Timestamp(seconds: 0), settings: "", autoRemove: false)
    var names = DisplayedImage(owners: ["busybox:latest": Self.id, "moved:latest": Self.other])
    #expect(names.name(of: record, whole: false) == shown)
    #expect(names.name(of: record, whole: true) == whole)
  }

  @Test func theSystemIsReadFromItsRelease() {
    let release = OSRelease(
      "NAME=Debian\n#X=1\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID='12'\n")
    #expect(release["PRETTY_NAME"] == "Debian GNU/Linux 12 (bookworm)")
    #expect(release["NAME"] == "Debian")
    #expect(release["VERSION_ID"] == "12")
    #expect(release["VERSION"] == nil)
    #expect(HostFacts.memory("MemTotal:        4027652 kB\nMemFree: 1 kB\n") == 4_027_652 * 1024)
    #expect(HostFacts.memory("") == 0)
  }
}
