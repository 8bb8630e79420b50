internal import LinuxSystem

/// Where the two buses listen (D-Bus Specification, Server Addresses and Well-known Message Bus Instances).
package enum BusAddress {
  /// The system's bus, as a path.
  package static let systemSocket = "/run/dbus/system_bus_socket"

  /// The path of the system's bus: `DBUS_SYSTEM_BUS_ADDRESS`, else where it always is.
  package static func system() throws(BusError) -> String {
    guard let address = Environment.value("DBUS_SYSTEM_BUS_ADDRESS"), !address.isEmpty else {
      return systemSocket
    }
    return try path(address)
  }

  /// The path of the user's bus: `DBUS_SESSION_BUS_ADDRESS`, else `bus` in `XDG_RUNTIME_DIR`, where systemd puts it.
  package static func user() throws(BusError) -> String {
    if let address = Environment.value("DBUS_SESSION_BUS_ADDRESS"), !address.isEmpty {
      return try path(address)
    }
    guard let directory = Environment.value("XDG_RUNTIME_DIR"), !directory.isEmpty else {
      throw .address(
        "where the user's bus is, is not known, needed DBUS_SESSION_BUS_ADDRESS or XDG_RUNTIME_DIR")
    }
    return "\(directory)/bus"
  }

  /// The first socket with a path in a list of addresses: `unix:path=/run/user/1000/bus,guid=…;…`.
  static func path(_ addresses: String) throws(BusError) -> String {
    for address in addresses.split(separator: ";") where address.hasPrefix("unix:") {
      for pair in address.dropFirst("unix:".utf8.count).split(separator: ",") where pair.hasPrefix("path=") {
        return try unescape(pair.dropFirst("path=".utf8.count), of: addresses)
      }
    }
    throw .address("the bus address \"\(addresses)\" is not understood, needed \"unix:path=…\"")
  }

  /// `%20` and the like undone.
  private static func unescape(_ value: Substring, of addresses: String) throws(BusError) -> String {
    var bytes: [UInt8] = []
    var rest = value.utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, let code = UInt8(digits, radix: 16) else {
        throw .address("the bus address \"\(addresses)\" has a \"%\" without two hexadecimal digits")
      }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
