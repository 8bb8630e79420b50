package import OCIImageSpec
package import Options
package import ShimProtocol

/// What a container is made of, after the image's defaults and the flags were merged. It is stored with the container
/// as JSON, only `update` changes it, and every start is compiled from it.
package struct ContainerSettings: Codable, Sendable, Equatable {
  /// The image's layers by their diff ids, bottom first: enough to mount the container when the image has lost its
  /// names.
  package var layers: [String]
  /// docker's Config.Entrypoint; empty when there is none.
  package var entrypoint: [String]
  /// docker's Config.Cmd; empty when there is none.
  package var command: [String]
  /// docker's Config.Env: what the flags and the image say. An entry without `=` takes a default away.
  package var environment: [String]
  /// Absolute and clean.
  package var workingDirectory: String
  /// `user[:group]` by name or number; empty is root.
  package var user: String
  /// The host name inside; nil takes the host's (`--network host`).
  package var hostname: String?
  /// The image's and the flags'.
  package var labels: [String: String]
  /// What is mounted, each place once.
  package var mounts: [ContainerMount]
  /// `--volumes-from` as given, for inspect.
  package var volumesFrom: [String]
  /// Whose network namespace.
  package var network: NetworkMode
  /// The ports it listens on, the image's and the flags', as `80/tcp`, in the order of link variables.
  package var exposedPorts: [String]
  /// Whether each of them is published (`-P`).
  package var publishesAllPorts: Bool
  /// Where ports are published that name no address of the host's; nil is all of them.
  package var publishAddress: String?
  /// The range of host ports for those that name none, as `49000-49900`; nil is the standard one.
  package var portRange: String?
  /// What it is told of the containers that it is linked to.
  package var linkVariables: LinkVariables
  /// How it finds others by name.
  package var names: NameSettings
  /// What `--cap-add` and `--cap-drop` leave.
  package var capabilities: [Capability]
  /// As the flags had them, for inspect: names such as `CAP_NET_ADMIN`, or `ALL`.
  package var addedCapabilities: [String]
  /// Likewise.
  package var droppedCapabilities: [String]
  /// Where its output is kept.
  package var logDriver: LogSelection.Driver
  /// `--log-opt` as given, by name.
  package var logOptions: [String: String]
  /// Whether the root cannot be written.
  package var readOnlyRoot: Bool
  /// Whether the process gets a pseudo-terminal.
  package var terminal: Bool
  /// Whether its stdin is kept open.
  package var keepsInput: Bool
  /// Whether it was made to be attached to.
  package var attached: Bool
  /// Whether it is removed when it has ended.
  package var autoRemove: Bool
  /// What `stop` sends first: a name or a number as given.
  package var stopSignal: String
  /// How long `stop` waits after it; nil is docker's 10.
  package var stopTimeoutSeconds: Int?
  /// The OCI runtime's program, absolute.
  package var runtime: String
  /// When it is started again after its end.
  package var restart: RestartPolicy
  /// The image's and the flags'; nil checks nothing.
  package var healthcheck: ImageConfiguration.Healthcheck?
  /// The image's SHELL, which runs a health check given as a line; empty is `/bin/sh -c`.
  package var shell: [String]
  /// How much of the machine it may use.
  package var resources: ResourceSettings
  /// What keeps it apart.
  package var isolation: IsolationSettings
  /// What its process is born with.
  package var process: ProcessSettings
  /// `--annotation`, by name.
  package var annotations: [String: String]
  /// `--cidfile`; empty without.
  package var identifierFile: String

  /// The program and its arguments: the entrypoint, then the command.
  package var arguments: [String] { entrypoint + command }
}
