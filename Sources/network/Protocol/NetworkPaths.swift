/// What lies in `RUNROOT/networks`: the journal of what was made on the host, by which leftovers are known.
package struct NetworkPaths: Sendable {
  /// How many bytes a record may have. One that publishes all there is, 65535 ports of three protocols at an address of each
  /// family, has 50 MiB; who writes more than can be read again leaves what nobody can take away.
  package static let recordLimit = 64 << 20

  /// `RUNROOT/networks`.
  package let state: String

  package init(state: String) { self.state = state }

  /// Where the containers' records are.
  package var containers: String { state + "/containers" }
  /// Where the bridges' records are.
  package var bridges: String { state + "/bridges" }
  /// Where the namespaces are mounted.
  package var namespaces: String { state + "/ns" }

  /// What was asked for a container, written before the first of it is made.
  package func container(_ id: String) -> String { "\(containers)/\(id)" }
  /// What was asked for a bridge, likewise.
  package func bridge(_ name: String) -> String { "\(bridges)/\(name)" }
  /// A container's network namespace.
  package func namespace(_ id: String) -> String { "\(namespaces)/\(id)" }
}
