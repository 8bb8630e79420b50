package import JSONDocument

/// The bundle's `config.json` as it stands, OCI runtime-spec 1.3.0 (config.md): absent is nil.
package struct RuntimeSpec: Codable, Sendable, Equatable {
  /// The version of the specification the document follows, in SemVer 2.0 form.
  package var ociVersion: String
  /// What runs in the container; needed once the container is started.
  package var process: Process?
  /// The container's root filesystem.
  package var root: Root?
  /// The host name inside the container's UTS namespace.
  package var hostname: String?
  /// The NIS domain name inside the container's UTS namespace.
  package var domainname: String?
  /// The mounts, in the order they are made.
  package var mounts: [Mount]?
  /// Programs run at points of the container's life.
  package var hooks: Hooks?
  /// Free metadata; unknown keys are no error.
  package var annotations: [String: String]?
  /// What only Linux knows (config-linux.md).
  package var linux: Linux?
  /// Present when the document also speaks to Solaris; not modelled.
  package var solaris: JSONValue?
  /// Present when the document also speaks to Windows; not modelled.
  package var windows: JSONValue?
  /// Present when the document also speaks to virtual machines; not modelled.
  package var vm: JSONValue?
  /// Present when the document also speaks to z/OS; not modelled.
  package var zos: JSONValue?
  /// Present when the document also speaks to FreeBSD; not modelled.
  package var freebsd: JSONValue?

  /// Makes a value; what is not given is absent.
  package init(
    ociVersion: String, process: Process? = nil, root: Root? = nil, hostname: String? = nil,
    domainname: String? = nil, mounts: [Mount]? = nil, hooks: Hooks? = nil,
    annotations: [String: String]? = nil, linux: Linux? = nil, solaris: JSONValue? = nil,
    windows: JSONValue? = nil, vm: JSONValue? = nil, zos: JSONValue? = nil, freebsd: JSONValue? = nil
  ) {
    self.ociVersion = ociVersion
    self.process = process
    self.root = root
    self.hostname = hostname
    self.domainname = domainname
    self.mounts = mounts
    self.hooks = hooks
    self.annotations = annotations
    self.linux = linux
    self.solaris = solaris
    self.windows = windows
    self.vm = vm
    self.zos = zos
    self.freebsd = freebsd
  }

  /// The container's root filesystem (config.md, Root).
  package struct Root: Codable, Sendable, Equatable {
    /// The directory, absolute or relative to the bundle.
    package var path: String
    /// Whether the filesystem is read-only inside the container.
    package var readonly: Bool?

    /// Makes a value; what is not given is absent.
    package init(path: String, readonly: Bool? = nil) {
      self.path = path
      self.readonly = readonly
    }
  }
}
