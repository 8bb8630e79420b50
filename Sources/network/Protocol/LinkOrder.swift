package import Addresses
package import JSONDocument

/// A port of a container's that another one may use although their network keeps its containers apart.
package struct LinkOrder: Sendable, Hashable {
  package var recipient: IPAddress
  /// Of the same family.
  package var source: IPAddress
  /// The source's.
  package var port: ContainerPort

  package init(from recipient: IPAddress, to source: IPAddress, _ port: ContainerPort) {
    self.recipient = recipient
    self.source = source
    self.port = port
  }
}

extension LinkOrder: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    recipient = try members.text("recipient") { IPAddress($0) }
    source = try members.text("source") { IPAddress($0) }
    let proto = try members.text("protocol") { PortProtocol(name: $0) }
    port = ContainerPort(try members.read("port"), proto)
  }

  /// As requests have it.
  package var document: JSONValue {
    [
      "recipient": .string("\(recipient)"), "source": .string("\(source)"),
      "protocol": .string(port.proto.name), "port": .integer(Int64(port.number)),
    ]
  }
}
