package import Addresses

/// The variables by which a container knows another one that it is linked to.
package enum LinkEnvironment {
  /// In docker's order and form (moby, daemon/links/links.go): the first port's URL, four variables for each port, those
  /// of a range where it is seen to have ended (behind the port after it), the link's name, the source's own variables.
  /// Only an IPv6 address stands in brackets, as a URL wants it.
  ///
  /// - Parameters:
  ///   - alias: capitals and underscores are made of it here.
  ///   - recipient: the name of the container that gets the variables, without a slash.
  ///   - sourceEnvironment: `NAME=value`, as the source's process was started with; HOME and PATH mean nothing to
  ///     others and are left out, as is what has no `=`.
  ///   - ports: what the source exposes, in any order.
  package static func compile(
    alias: String, recipient: String, sourceEnvironment: [String], ports: [ContainerPort], address: IPAddress
  ) -> [String] {
    let prefix = variablePrefix(alias)
    let host = address.family == .v6 ? "[\(address)]" : "\(address)"
    func url(_ port: ContainerPort) -> String { "\(port.proto.name)://\(host):\(port.number)" }
    func name(_ port: ContainerPort) -> String {
      "\(prefix)_PORT_\(port.number)_\(port.proto.name.uppercased())"
    }
    let ports = Set(ports).sorted(by: ContainerPort.precedes)
    var entries: [String] = []
    if let first = ports.first { entries.append("\(prefix)_PORT=\(url(first))") }
    var range: (first: ContainerPort, last: ContainerPort)?
    for (index, port) in ports.enumerated() {
      entries += [
        "\(name(port))=\(url(port))", "\(name(port))_ADDR=\(address)", "\(name(port))_PORT=\(port.number)",
        "\(name(port))_PROTO=\(port.proto.name)",
      ]
      let goesOn = range.map { follows(port, $0.last) } ?? false
      if goesOn, let first = range?.first {
        range = (first, port)
        if index + 1 < ports.count { continue }
      }
      if let range, range.first != range.last {
        entries += [
          "\(name(range.first))_START=\(url(range.first))",
          "\(name(range.first))_PORT_START=\(range.first.number)",
          "\(name(range.first))_END=\(url(range.last))",
          "\(name(range.first))_PORT_END=\(range.last.number)",
        ]
      }
      range = (port, port)
    }
    entries.append("\(prefix)_NAME=/\(recipient)/\(alias)")
    for entry in sourceEnvironment {
      guard let sign = entry.firstIndex(of: "=") else { continue }
      let name = entry[..<sign]
      if name == "HOME" || name == "PATH" { continue }
      entries.append("\(prefix)_ENV_\(entry)")
    }
    return entries
  }

  /// The alias as variables begin with: in capitals, with underscores for dashes.
  package static func variablePrefix(_ alias: String) -> String {
    String(alias.uppercased().map { $0 == "-" ? "_" : $0 })
  }

  private static func follows(_ next: ContainerPort, _ port: ContainerPort) -> Bool {
    next.proto == port.proto && Int(next.number) == Int(port.number) + 1
  }
}
