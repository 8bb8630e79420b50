import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Cgroups

/// A plain directory in the place of resctrl: what is made, written, compared and removed. Unlike the kernel it makes no
/// files in a new directory, so a test that writes one makes it first.
@Suite struct ResourceControlTests {
  typealias Settings = RuntimeSpec.Linux.ResourceDirector

  private func withRoot(_ body: (String) throws -> Void) throws {
    let root = "/tmp/apus-resctrl-\(hexadecimal(try randomBytes(6)))"
    try makeDirectories(root)
    defer { do { try removeTree(root) } catch { Issue.record(error) } }
    try body(root)
  }

  private func write(_ text: String, to path: String) throws {
    try openFile(path, [.writeOnly, .create, .truncate], mode: 0o600).writeAll(text)
  }

  private func plan(_ settings: Settings, _ root: String = "/r") -> ResourceControlPlan {
    ResourceControlPlan(settings, id: "web", root: root)
  }

  @Test func aGroupOfItsOwnIsNamedAfterTheContainer() {
    let own = plan(Settings())
    #expect(own.group == "/r/web" && own.origin == .made && own.own == ["/r/web"])
    #expect(own.taskFiles == ["/r/web/tasks"])
    let monitored = plan(Settings(enableMonitoring: true))
    #expect(monitored.own == ["/r/web/mon_groups/web", "/r/web"])
    #expect(monitored.taskFiles == ["/r/web/tasks", "/r/web/mon_groups/web/tasks"])
  }

  @Test func aNamedGroupIsNotTheContainers() {
    let shared = plan(
      Settings(closID: "gold", schemata: ["L2:0=f"], l3CacheSchema: "L3:0=1", memBwSchema: "MB:0=9"))
    #expect(shared.group == "/r/gold" && shared.origin == .shared && shared.own == [])
    #expect(shared.schemata == ["L3:0=1", "MB:0=9", "L2:0=f"], "in the specification's order")
    let found = plan(Settings(closID: "gold", enableMonitoring: true))
    #expect(found.origin == .found && found.own == ["/r/gold/mon_groups/web"])
    let root = plan(Settings(closID: "/", enableMonitoring: true))
    #expect(root.group == "/r" && root.origin == .found && root.own == ["/r/mon_groups/web"])
  }

  @Test func itIsFoundInTheTableOfMounts() {
    let mounts = """
      22 27 0:20 / /proc rw shared:12 - proc proc rw
      30 23 0:26 / /sys/fs/resctrl rw shared:9 - resctrl resctrl rw
      """
    #expect(ResourceControlPlan.mountPoint(in: mounts) == "/sys/fs/resctrl")
    #expect(ResourceControlPlan.mountPoint(in: "22 27 0:20 / /resctrl rw - proc proc rw") == nil)
  }

  @Test func itIsMadeAndGoneWithItsGuard() throws {
    try withRoot { (root: String) throws in
      let own = plan(Settings(), root)
      let made = try createResourceGroups(own)
      #expect(fileExists(own.group))
      _ = consume made
      #expect(!fileExists(own.group))
      try createResourceGroups(own).keep()
      #expect(fileExists(own.group))
      // Somebody else's of the same name is not taken over.
      let error = #expect(throws: CgroupError.self) { try createResourceGroups(own).keep() }
      #expect(error?.description.hasPrefix("linux.intelRdt.closID: ") == true)
      try removeResourceGroups(own.own)
      try removeResourceGroups(own.own)
      #expect(!fileExists(own.group))
      try createResourceGroups(nil).keep()
      #expect(try listDirectory(root) == [])
    }
  }

  // A new directory has no `schemata` here, so writing fails, and the directory goes again.
  @Test func aFailureLeavesNothing() throws {
    try withRoot { (root: String) throws in
      for settings in [
        Settings(l3CacheSchema: "L3:0=f"), Settings(closID: "gold", schemata: ["MB:0=9"]),
        Settings(enableMonitoring: true),
      ] {
        #expect(throws: CgroupError.self) { try createResourceGroups(plan(settings, root)).keep() }
        #expect(try listDirectory(root) == [])
      }
    }
  }

  @Test func aGroupThatIsThereMustSayTheSame() throws {
    try withRoot { (root: String) throws in
      try makeDirectories("\(root)/gold")
      try write("    MB:0= 20;1= 70\n    L3:0=07f0;1=001f\n", to: "\(root)/gold/schemata")
      let same = Settings(
        closID: "gold", schemata: ["L3:1=1F"], l3CacheSchema: "L3:0=7f0;1=1f", memBwSchema: "MB:0=20")
      try createResourceGroups(plan(same, root)).keep()
      for other in ["L3:0=7f1", "L2:0=f", "L3:2=1f", "nonsense"] {
        let settings = Settings(closID: "gold", schemata: [other])
        let error = #expect(throws: CgroupError.self) {
          try createResourceGroups(plan(settings, root)).keep()
        }
        #expect(
          error?.description
            == "linux.intelRdt.closID: \"\(root)/gold\" is there and does not say \"\(other)\"")
      }
      #expect(fileExists("\(root)/gold"))
    }
  }

  @Test func otherLinesAreWrittenAndTakenBack() throws {
    try withRoot { (root: String) throws in
      let own = plan(Settings(), root)
      let error = #expect(throws: CgroupError.self) { _ = try SchemataChange(["MB:0=50"], of: own) }
      #expect(error?.description.hasPrefix("linux.intelRdt: ") == true)
      try makeDirectories(own.group)
      try write("L3:0=ff\n", to: "\(own.group)/schemata")
      let change = try SchemataChange(["L3:0=0f", "MB:0=50"], of: own)
      #expect(try readText("\(own.group)/schemata") == "L3:0=0f\nMB:0=50")
      try change.undo()
      #expect(try readText("\(own.group)/schemata").hasPrefix("L3:0=ff\n"))
    }
  }

  @Test func aNameAloneMustBeThere() throws {
    try withRoot { (root: String) throws in
      let settings = Settings(closID: "gold", enableMonitoring: true)
      let error = #expect(throws: CgroupError.self) { try createResourceGroups(plan(settings, root)).keep() }
      #expect(error?.description.contains("is not there") == true)
      try makeDirectories("\(root)/gold/mon_groups")
      try write("", to: "\(root)/gold/tasks")
      let made = try createResourceGroups(plan(settings, root))
      #expect(fileExists("\(root)/gold/mon_groups/web"))
      _ = consume made
      #expect(!fileExists("\(root)/gold/mon_groups/web") && fileExists("\(root)/gold"))
    }
  }

  // All lines in one write.
  @Test func theLinesOfANewGroupAreWritten() throws {
    try withRoot { (root: String) throws in
      try makeDirectories("\(root)/gold")
      try write("", to: "\(root)/gold/schemata")
      try writeSchemata(
        plan(Settings(closID: "gold", schemata: ["L2:0=f"], l3CacheSchema: "L3:0=1"), root))
      #expect(try readText("\(root)/gold/schemata") == "L3:0=1\nL2:0=f")
    }
  }
}
