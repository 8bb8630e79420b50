import Testing

@testable import Addresses

@Suite struct AddressTests {
  @Test(arguments: [
    ("172.17.0.1", "172.17.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("fe80::42:acff:fe11:2", "fe80::42:acff:fe11:2"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
  ])
  func anAddressIsReadAndWritten(_ text: String, _ written: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == written)
    #expect(IPAddress(bytes: address.bytes) == address)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1..2.3", "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ",
    "a.b.c.d",
    ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "fe80::1%eth0", "[::1]",
    "::1.2.3", "1.2.3.4::", "1:2:3:4:5:6:7:8::", ":1:2:3:4:5:6:7", "1:", "+1::",
  ])
  func whatIsNoAddressIsNone(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test func networksContainAndOverlap() throws {
    let pool = try #require(IPNetwork("172.17.0.0/16"))
    #expect(try pool.contains(#require(IPAddress("172.17.255.255"))))
    #expect(try !pool.contains(#require(IPAddress("172.18.0.0"))))
    #expect(pool.last.description == "172.17.255.255")
    #expect(try pool.overlaps(#require(IPNetwork("172.17.3.0/24"))))
    #expect(try pool.overlaps(#require(IPNetwork("172.16.0.0/12"))))
    #expect(try !pool.overlaps(#require(IPNetwork("172.18.0.0/16"))))
    #expect(IPNetwork("172.17.9.9/16") == pool)
    #expect(IPNetwork("0.0.0.0/0")?.last.description == "255.255.255.255")
    #expect(IPNetwork("::/0")?.last.value == .max)
    #expect(try !#require(IPNetwork("::/0")).overlaps(pool))
    for text in ["1.2.3.4", "1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/08", "1.2.3.4/+8", "1.2.3.4/8/9"] {
      #expect(IPNetwork(text) == nil, "\(text)")
    }
  }

  @Test func anAddressHasANextOneButTheLast() throws {
    #expect(IPAddress("10.0.0.255")?.advanced(by: 1)?.description == "10.0.1.0")
    #expect(try #require(IPAddress("255.255.255.255")).advanced(by: 1) == nil)
    #expect(IPAddress(.v6, .max).advanced(by: 1) == nil)
  }

  @Test func aHardwareAddressFollowsTheAddress() throws {
    #expect(MACAddress(for: try #require(IPAddress("172.17.0.2"))).description == "02:42:ac:11:00:02")
    #expect(MACAddress("02:42:AC:11:00:02")?.description == "02:42:ac:11:00:02")
    #expect(MACAddress("01-00-5e-00-00-01")?.isMulticast == true)
    for text in ["", "02:42:ac:11:00", "02:42:ac:11:00:0g", "2:42:ac:11:00:02", "02:42:ac:11:00:02:03"] {
      #expect(MACAddress(text) == nil, "\(text)")
    }
  }

  /// Two engines' default networks differ in the moment they were made only.
  @Test func aMACThatStandsForATextIsOfLocalAdministrationAndItsOwn() {
    let all = Set((0..<1000).map { MACAddress(standingFor: "bridge 2026-11-21T21:43:35.\($0)Z") })
    #expect(all.count == 1000)
    #expect(all.allSatisfy { $0.bytes[0] == 0x02 && $0.bytes.count == 6 })
    #expect(MACAddress(standingFor: "a") == MACAddress(standingFor: "a"))
  }
}
