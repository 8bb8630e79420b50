import Testing

@testable import LinuxBus

@Suite struct AddressTests {
  @Test(arguments: [
    ("unix:path=/run/user/1000/bus", "/run/user/1000/bus"),
    ("unix:path=/run/b,guid=00ff", "/run/b"),
    ("unix:abstract=/tmp/dbus-x;unix:guid=1,path=/run/b%20c", "/run/b c"),
  ])
  func thePathIsFound(_ address: String, _ path: String) throws {
    #expect(try BusAddress.path(address) == path)
  }

  @Test(arguments: [
    (
      "tcp:host=localhost",
      "the bus address \"tcp:host=localhost\" is not understood, needed \"unix:path=…\""
    ),
    (
      "unix:path=/a%2",
      "the bus address \"unix:path=/a%2\" has a \"%\" without two hexadecimal digits"
    ),
  ])
  func anyOtherIsRefused(_ address: String, _ message: String) {
    let error = #expect(throws: BusError.self) { try BusAddress.path(address) }
    #expect(error?.description == message)
  }
}
