package import OCIRuntimeSpec
package import Options

/// Everything that one start of a container is compiled from: no optionals that mean "the default", no name that is
/// still to be looked up.
package struct ContainerBlueprint: Sendable, Equatable {
  /// 64 hex digits.
  package var id: String
  /// The root file system as the bundle names it: `rootfs`.
  package var rootPath: String
  /// Whether the root cannot be written.
  package var readOnlyRoot: Bool
  /// The program and its arguments; at least one.
  package var arguments: [String]
  /// Each `NAME=value`.
  package var environment: [String]
  /// Absolute; the runtime makes it where it is missing.
  package var workingDirectory: String
  /// Who the process is.
  package var userID: UInt32
  /// Its primary group.
  package var groupID: UInt32
  /// Its other groups; the primary one is among them.
  package var supplementaryGroups: [UInt32]
  /// Whether it gets a pseudo-terminal.
  package var terminal: Bool
  /// The host name inside.
  package var hostname: String
  /// What is bounding, effective and permitted.
  package var capabilities: [Capability]
  /// Files of the container's directory that are bound into `/etc`: where to, from where.
  package var etcFiles: [EtcFile]
  /// What else is mounted, in order.
  package var mounts: [RuntimeSpec.Mount]
  /// Which system calls the machine has, for the filter.
  package var architecture: MachineArchitecture
  /// Passed on to the runtime.
  package var annotations: [String: String] = [:]
  /// What isolates and limits it.
  package var confinement = Confinement()

  /// A file of the host that stands below the container's `/etc`.
  package struct EtcFile: Sendable, Equatable {
    /// On the host, absolute.
    package let source: String
    /// In the container, absolute.
    package let destination: String

    /// Names the two.
    package init(source: String, destination: String) {
      self.source = source
      self.destination = destination
    }
  }
}

/// The processors that Swift on Linux runs on.
package enum MachineArchitecture: String, Sendable, CaseIterable {
  case x86_64, arm64

  /// As Go, and so every image, calls it.
  package var goName: String {
    switch self {
    case .x86_64: "amd64"
    case .arm64: "arm64"
    }
  }

  /// The one this program was built for.
  package static var current: MachineArchitecture {
    #if arch(x86_64)
      .x86_64
    #elseif arch(arm64)
      .arm64
    #else
      #error("a default seccomp profile is needed for this processor")
    #endif
  }
}
