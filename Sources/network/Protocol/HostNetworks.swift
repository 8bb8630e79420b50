package import Addresses
package import JSONDocument

/// The answer to `apus-network inspect`: what new networks must not collide with.
package struct HostNetworks: Sendable, Equatable {
  /// Where the host's routes lead, default routes left out.
  package var routes: [IPNetwork]
  /// The names of its devices.
  package var devices: [String]

  package init(routes: [IPNetwork], devices: [String]) {
    self.routes = routes
    self.devices = devices
  }
}

extension HostNetworks: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    routes = try members.texts("routes") { IPNetwork($0) }
    devices = try members.read("devices") ?? []
  }

  package var document: JSONValue {
    [
      "routes": .array(routes.map { .string("\($0)") }), "devices": .array(devices.map { .string($0) }),
    ]
  }
}
