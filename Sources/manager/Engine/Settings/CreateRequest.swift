package import Addresses
package import Options
package import ShimProtocol

/// What the caller of create or run asks for, each flag read already; nil and empty mean "as the image has it".
package struct CreateRequest: Sendable, Equatable {
  /// The image as the user named it: a name, an id or a prefix of one.
  package var image: String
  /// The arguments after the image.
  package var command: [String] = []
  /// `--entrypoint`; an empty string takes the image's away.
  package var entrypoint: String?
  /// `--name`; nil makes one up.
  package var name: ContainerName?
  /// `--env-file` and then `--env`, in order, with values already taken from the caller's environment.
  package var environment: [EnvironmentAssignment] = []
  /// `--label`, in order.
  package var labels: [Label] = []
  /// `--user`.
  package var user: String?
  /// `--workdir`.
  package var workingDirectory: String?
  /// `--hostname`.
  package var hostname: Hostname?
  /// `--volume`, `--mount` and `--tmpfs`.
  package var mounts: [MountOption] = []
  /// `--volumes-from`.
  package var volumesFrom: [VolumesFrom] = []
  /// `--network`; of several the first.
  package var network = NetworkMode.bridge
  /// The networks it is on, `eth0`'s first; empty unless `network` is a network's name.
  package var endpoints = [NetworkOption(.bridge)]
  /// `--publish`, in order.
  package var published: [PortBinding] = []
  /// `--publish-all`.
  package var publishesAllPorts = false
  /// `--expose`.
  package var exposed: [ContainerPort] = []
  /// `--publish-default-ip`.
  package var publishAddress: IPAddress?
  /// `--port-range`.
  package var portRange: ClosedRange<UInt16>?
  /// `--link`; other containers still by any name.
  package var links: [LinkOption] = []
  /// `--link-env`.
  package var linkVariables = LinkVariables.all
  /// `--dns…`, `--add-host`.
  package var names = NameSettings()
  /// `--cap-add` and `--cap-drop`.
  package var capabilities = CapabilitySelection()
  /// `--log-driver` and `--log-opt`.
  package var log = LogSelection()
  /// `--read-only`.
  package var readOnlyRoot = false
  /// `--tty`.
  package var terminal = false
  /// `--interactive`.
  package var keepsInput = false
  /// False with `--detach`.
  package var attached = true
  /// `--rm`.
  package var autoRemove = false
  /// `--restart`.
  package var restart = RestartPolicy.no
  /// `--health-…`, `--no-healthcheck`.
  package var healthcheck: Healthcheck?
  /// `--stop-signal`: a name or a number.
  package var stopSignal: String?
  /// `--stop-timeout` in seconds.
  package var stopTimeoutSeconds: Int?
  /// Limits.
  package var resources = ResourceSettings()
  /// Namespaces, devices, security; other containers still by any name.
  package var isolation = IsolationSettings()
  /// Groups, limits and the like of the process.
  package var process = ProcessSettings()
  /// `--annotation`, by name.
  package var annotations: [String: String] = [:]
  /// `--cidfile`.
  package var identifierFile: String?
  /// `--platform`.
  package var platform: Platform?

  /// Asks for a container of `image` with all its defaults.
  package init(image: String) { self.image = image }
}
