import JSONDocument

/// What `state` prints and hooks read (runtime.md, State), in the order of runc, with runc's three additions.
package struct RuntimeState: Codable, Sendable, Equatable {
  /// The version of the specification the state follows.
  package var ociVersion: String
  /// The container's ID.
  package var id: String
  /// The container process as the host sees it; 0 or absent once stopped.
  package var pid: Int?
  /// Where in its life the container is.
  package var status: Status
  /// The bundle, an absolute path on the host.
  package var bundle: String
  /// The root filesystem, an absolute path on the host; an addition of runc.
  package var rootfs: String?
  /// When the container was created, RFC 3339 in UTC; an addition of runc.
  package var created: String?
  /// The annotations of the configuration.
  package var annotations: [String: String]?
  /// The name of the user who created the container; an addition of runc.
  package var owner: String?

  /// Makes a value; what is not given is absent.
  package init(
    ociVersion: String, id: String, pid: Int? = nil, status: Status, bundle: String, rootfs: String? = nil,
    created: String? = nil, annotations: [String: String]? = nil, owner: String? = nil
  ) {
    self.ociVersion = ociVersion
    self.id = id
    self.pid = pid
    self.status = status
    self.bundle = bundle
    self.rootfs = rootfs
    self.created = created
    self.annotations = annotations
    self.owner = owner
  }

  /// Where in its life a container is.
  package enum Status: String, ClosedStringSet {
    /// It is being created.
    case creating
    /// It is created and waits for `start`.
    case created
    /// Its process has run the program asked for and has not exited.
    case running
    /// It is frozen; an addition of runc.
    case paused
    /// Its process has exited.
    case stopped

    /// "status".
    package static var noun: String { "status" }
  }
}

/// What a seccomp listener reads together with the descriptors (config-linux.md, Container process state).
package struct SeccompProcessState: Codable, Sendable, Equatable {
  /// The version of the specification the state follows.
  package var ociVersion: String
  /// What each descriptor passed along is; `seccompFd` is the notification descriptor.
  package var fds: [String]
  /// The process the filter stands on, as the host sees it.
  package var pid: Int
  /// The `listenerMetadata` of the configuration.
  package var metadata: String?
  /// The container's state.
  package var state: RuntimeState

  /// Makes a value; what is not given is absent.
  package init(ociVersion: String, fds: [String], pid: Int, metadata: String? = nil, state: RuntimeState) {
    self.ociVersion = ociVersion
    self.fds = fds
    self.pid = pid
    self.metadata = metadata
    self.state = state
  }
}
