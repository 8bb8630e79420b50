package import Addresses
package import JSONDocument

/// A port of the host's that leads to a container's.
package struct PortOrder: Sendable, Hashable {
  package var proto: PortProtocol
  /// An address of the host's; unspecified (`0.0.0.0`, `::`) for all of its family.
  package var host: IPAddress
  package var hostPort: UInt16
  /// The container's address, of the same family.
  package var container: IPAddress
  package var containerPort: UInt16

  package init(
    _ proto: PortProtocol, host: IPAddress, _ hostPort: UInt16, to container: IPAddress,
    _ containerPort: UInt16
  ) {
    self.proto = proto
    self.host = host
    self.hostPort = hostPort
    self.container = container
    self.containerPort = containerPort
  }
}

extension PortOrder: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    proto = try members.text("protocol") { PortProtocol(name: $0) }
    host = try members.text("host") { IPAddress($0) }
    hostPort = try members.read("hostPort")
    container = try members.text("container") { IPAddress($0) }
    containerPort = try members.read("containerPort")
  }

  /// As requests have it.
  package var document: JSONValue {
    [
      "protocol": .string(proto.name), "host": .string("\(host)"), "hostPort": .integer(Int64(hostPort)),
      "container": .string("\(container)"), "containerPort": .integer(Int64(containerPort)),
    ]
  }
}
