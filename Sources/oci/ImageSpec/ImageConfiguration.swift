/// An image's configuration, whose digest is the image's ID (image-spec config.md).
package struct ImageConfiguration: Codable, Sendable, Equatable {
  /// When the image was made, RFC 3339.
  package var created: String?
  /// Who made it.
  package var author: String?
  /// The processor by its name in Go, such as `amd64`.
  package var architecture: String
  /// The variant of the processor, such as `v8`.
  package var variant: String?
  /// The operating system by its name in Go, such as `linux`.
  package var os: String
  /// The version of the operating system.
  package var osVersion: String?
  /// What the operating system must have.
  package var osFeatures: [String]?
  /// What a container made from the image starts with.
  package var config: Execution?
  /// The layers by the digests of their unpacked content.
  package var rootfs: RootFilesystem
  /// How each layer came to be, the lowest first.
  package var history: [History]?

  /// Makes a value; what is not given is absent.
  package init(
    created: String? = nil, author: String? = nil, architecture: String, variant: String? = nil, os: String,
    osVersion: String? = nil, osFeatures: [String]? = nil, config: Execution? = nil, rootfs: RootFilesystem,
    history: [History]? = nil
  ) {
    self.created = created
    self.author = author
    self.architecture = architecture
    self.variant = variant
    self.os = os
    self.osVersion = osVersion
    self.osFeatures = osFeatures
    self.config = config
    self.rootfs = rootfs
    self.history = history
  }

  private enum CodingKeys: String, CodingKey {
    case created
    case author
    case architecture
    case variant
    case os
    case osVersion = "os.version"
    case osFeatures = "os.features"
    case config
    case rootfs
    case history
  }

  /// What a container made from an image starts with.
  package struct Execution: Codable, Sendable, Equatable {
    /// `user`, `uid`, `user:group` and so on; absent is root.
    package var user: String?
    /// The ports it serves, `port/tcp`, `port/udp` or `port`.
    package var exposedPorts: [String: Empty]?
    /// The environment, each `NAME=value`.
    package var env: [String]?
    /// The program that a command line goes to.
    package var entrypoint: [String]?
    /// The command line when none is given.
    package var cmd: [String]?
    /// Directories that get a volume of their own.
    package var volumes: [String: Empty]?
    /// The working directory, an absolute path.
    package var workingDir: String?
    /// Free metadata of the container.
    package var labels: [String: String]?
    /// The signal that ends it, such as `SIGTERM`.
    package var stopSignal: String?
    /// Whether the command is escaped for Windows; deprecated.
    package var argsEscaped: Bool?
    /// How Docker finds out whether it is well; an addition of Docker.
    package var healthcheck: Healthcheck?
    /// Instructions for a build upon the image; an addition of Docker.
    package var onBuild: [String]?
    /// The shell of command lines given as text; an addition of Docker.
    package var shell: [String]?

    /// Makes a value; what is not given is absent.
    package init(
      user: String? = nil, exposedPorts: [String: Empty]? = nil, env: [String]? = nil,
      entrypoint: [String]? = nil, cmd: [String]? = nil, volumes: [String: Empty]? = nil,
      workingDir: String? = nil, labels: [String: String]? = nil, stopSignal: String? = nil,
      argsEscaped: Bool? = nil, healthcheck: Healthcheck? = nil, onBuild: [String]? = nil,
      shell: [String]? = nil
    ) {
      self.user = user
      self.exposedPorts = exposedPorts
      self.env = env
      self.entrypoint = entrypoint
      self.cmd = cmd
      self.volumes = volumes
      self.workingDir = workingDir
      self.labels = labels
      self.stopSignal = stopSignal
      self.argsEscaped = argsEscaped
      self.healthcheck = healthcheck
      self.onBuild = onBuild
      self.shell = shell
    }

    private enum CodingKeys: String, CodingKey {
      case user = "User"
      case exposedPorts = "ExposedPorts"
      case env = "Env"
      case entrypoint = "Entrypoint"
      case cmd = "Cmd"
      case volumes = "Volumes"
      case workingDir = "WorkingDir"
      case labels = "Labels"
      case stopSignal = "StopSignal"
      case argsEscaped = "ArgsEscaped"
      case healthcheck = "Healthcheck"
      case onBuild = "OnBuild"
      case shell = "Shell"
    }
  }

  /// How Docker finds out whether a container is well; durations are in nanoseconds and 0 inherits.
  package struct Healthcheck: Codable, Sendable, Equatable {
    /// `NONE`, `CMD` and arguments, or `CMD-SHELL` and a line; empty inherits.
    package var test: [String]?
    /// Between two probes.
    package var interval: Int64?
    /// Until a probe counts as failed.
    package var timeout: Int64?
    /// During which failures do not count.
    package var startPeriod: Int64?
    /// Between two probes during the start period.
    package var startInterval: Int64?
    /// How many failures in a row make it unhealthy.
    package var retries: Int?

    /// Makes a value; what is not given is absent.
    package init(
      test: [String]? = nil, interval: Int64? = nil, timeout: Int64? = nil, startPeriod: Int64? = nil,
      startInterval: Int64? = nil, retries: Int? = nil
    ) {
      self.test = test
      self.interval = interval
      self.timeout = timeout
      self.startPeriod = startPeriod
      self.startInterval = startInterval
      self.retries = retries
    }

    private enum CodingKeys: String, CodingKey {
      case test = "Test"
      case interval = "Interval"
      case timeout = "Timeout"
      case startPeriod = "StartPeriod"
      case startInterval = "StartInterval"
      case retries = "Retries"
    }
  }

  /// The value of a set's member, `{}`.
  package struct Empty: Codable, Sendable, Equatable {
    /// Makes one.
    package init() {}
  }

  /// The layers by the digests of their unpacked content.
  package struct RootFilesystem: Codable, Sendable, Equatable {
    /// `layers`.
    package var type: String
    /// The digests, the lowest layer first.
    package var diffIDs: [Digest]

    /// Makes a value; what is not given is absent.
    package init(type: String, diffIDs: [Digest]) {
      self.type = type
      self.diffIDs = diffIDs
    }

    private enum CodingKeys: String, CodingKey {
      case type
      case diffIDs = "diff_ids"
    }
  }

  /// How one layer came to be.
  package struct History: Codable, Sendable, Equatable {
    /// When it was made, RFC 3339.
    package var created: String?
    /// Who made it.
    package var author: String?
    /// The command that made it.
    package var createdBy: String?
    /// A remark.
    package var comment: String?
    /// Whether the command left the filesystem as it was, so that no layer belongs to it.
    package var emptyLayer: Bool?

    /// Makes a value; what is not given is absent.
    package init(
      created: String? = nil, author: String? = nil, createdBy: String? = nil, comment: String? = nil,
      emptyLayer: Bool? = nil
    ) {
      self.created = created
      self.author = author
      self.createdBy = createdBy
      self.comment = comment
      self.emptyLayer = emptyLayer
    }

    private enum CodingKeys: String, CodingKey {
      case created
      case author
      case createdBy = "created_by"
      case comment
      case emptyLayer = "empty_layer"
    }
  }
}
