/// A container's port that is published.
package struct PortRecord: Sendable, Equatable {
  package let containerID: String
  /// Its place among the container's.
  package let position: Int
  /// The container's.
  package let port: UInt16
  /// `tcp`.
  package let transport: String
  /// The host's address that was asked for; nil for the usual one.
  package let host: String?
  /// The host ports that will do: 0 to 0 for any; nil when none was asked for, but that each exposed port be published.
  package let hostPorts: ClosedRange<UInt16>?
  /// The host's addresses it is at, or was the last time, with a space between them.
  package var addresses: String?
  /// The host's port it has there, or had.
  package var hostPort: UInt16?
  /// Whether the container has it now: it runs, or is about to.
  package var isHeld = false

  package init(
    containerID: String, position: Int, port: UInt16, transport: String, host: String?,
    hostPorts: ClosedRange<UInt16>?
  ) {
    self.containerID = containerID
    self.position = position
    self.port = port
    self.transport = transport
    self.host = host
    self.hostPorts = hostPorts
  }
}
