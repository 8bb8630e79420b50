import LinuxSystem
import ShimProtocol
import Testing

/// Ports held by sockets that nobody has open.
@Suite(.serialized) struct PortChestTests {
  private static func hold(_ port: UInt16) throws(SystemError) -> OwnedDescriptor {
    try holdPort(transport: 6, address: [127, 0, 0, 77], port: port)
  }

  private static func isHeld(_ port: UInt16) throws(SystemError) -> Bool {
    do throws(SystemError) { _ = try hold(port) } catch {
      guard error.code == ErrorCode.addressInUse else { throw error }
      return true
    }
    return false
  }

  @Test func portsAreHeldUntilTheyAreTakenOutOrTheChestCloses() throws {
    func fill(_ ports: ClosedRange<UInt16>) throws -> PortChest {
      var filling = try PortChestFilling()
      for port in ports { try filling.put(try Self.hold(port), name: "tcp \(port)") }
      return try filling.close()
    }
    do {
      var chest = try fill(21000...21199)
      let more = try fill(21300...21301)
      #expect(try Self.isHeld(21000) && Self.isHeld(21199) && !Self.isHeld(21200))
      try chest.change(
        adding: try more.descriptor.duplicate(), without: ["tcp 21000", "tcp 21100", "tcp 21301"])
      #expect(try !Self.isHeld(21000) && !Self.isHeld(21100) && Self.isHeld(21001) && Self.isHeld(21199))
      // What is added is not what is let go of.
      #expect(try Self.isHeld(21300) && Self.isHeld(21301))
    }
    #expect(try !Self.isHeld(21001) && !Self.isHeld(21300))
  }
}
