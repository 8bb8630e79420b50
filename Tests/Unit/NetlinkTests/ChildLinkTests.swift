import Addresses
import LinuxSystem
import Testing

@testable import Netlink

/// Devices that stand on another one.
@Suite struct ChildLinkTests {
  @Test(arguments: MacvlanMode.allCases)
  func aMacvlanIsAsItWasAskedFor(_ mode: MacvlanMode) throws {
    let host = try TestNamespace()
    let container = try TestNamespace()
    var routes = try host.routes()
    let parent = try routes.ensureBridge(LinkSettings("dm0"))
    let mac = try #require(MACAddress("02:42:0a:01:00:02"))
    try routes.create(
      .macvlan(
        LinkSettings(
          "eth0", mac: mode == .passthru ? nil : mac, namespace: container.descriptor.raw, isUp: false),
        parent: parent.index, mode))
    let shown = try container.output("ip", ["-j", "-d", "link", "show", "eth0"])
    #expect(
      shown.contains(#""info_kind":"macvlan""#) && shown.contains(#""mode":"\#(mode.rawValue)""#), "\(shown)")
    if mode != .passthru { #expect(shown.contains(#""address":"\#(mac)""#), "\(shown)") }
    var inner = try container.routes()
    #expect(try inner.link(named: "eth0")?.lower == parent.index)
  }

  /// As linux/if_link.h and rtnetlink(7) have them; not every kernel has these devices. `ip -j -d link` says so of one
  /// that has.
  @Test func ipvlanAndVlanHaveTheirForm() throws {
    func request(_ kind: String, _ data: [UInt8]) -> [UInt8] {
      let name = Array(kind.utf8) + [0]
      let padded = name + [UInt8](repeating: 0, count: (4 - name.count % 4) % 4)
      let info = [UInt8(4 + name.count), 0, 1, 0] + padded + [UInt8(4 + data.count), 0, 2, 0x80] + data
      let body: [UInt8] =
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 3, 0] + Array("eth0".utf8) + [0, 0, 0, 0]
        + [8, 0, 5, 0, 7, 0, 0, 0] + [UInt8(4 + info.count), 0, 18, 0x80] + info
      return [UInt8(16 + body.count), 0, 0, 0, 16, 0, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0] + body
    }
    let settings = LinkSettings("eth0", isUp: false)
    // IFLA_IPVLAN_MODE is 1, of two bytes; l3 is 1.
    let ipvlan = NewLink.ipvlan(settings, parent: 7, .l3)
    #expect(ipvlan.batch().bytes == request("ipvlan", [6, 0, 1, 0, 1, 0, 0, 0]))
    // IFLA_VLAN_ID is 1, of two bytes.
    let vlan = NewLink.vlan(settings, parent: 7, id: 0x10a)
    #expect(vlan.batch().bytes == request("vlan", [6, 0, 1, 0, 0x0a, 1, 0, 0]))

    let host = try TestNamespace()
    var routes = try host.routes()
    let parent = try routes.ensureBridge(LinkSettings("dm0"))
    for (link, words) in [
      (NewLink.ipvlan(LinkSettings("iv0"), parent: parent.index, .l3), #""mode":"l3""#),
      (.vlan(LinkSettings("dm0.266"), parent: parent.index, id: 0x10a), #""id":266"#),
    ] {
      do throws(NetlinkError) { try routes.create(link) } catch {
        // A kernel without them.
        #expect(error.code == ErrorCode.notSupported, "\(error)")
        continue
      }
      #expect(try host.output("ip", ["-j", "-d", "link", "show", link.settings.name]).contains(words))
    }
  }
}
