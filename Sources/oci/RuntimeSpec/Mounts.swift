extension RuntimeSpec {
  /// One mount (config.md, Mounts).
  package struct Mount: Codable, Sendable, Equatable {
    /// Where it stands, an absolute path inside the container.
    package var destination: String
    /// The filesystem type; absent or unused for a bind mount.
    package var type: String?
    /// The device, name or, for a bind mount, the path on the host, absolute or relative to the bundle.
    package var source: String?
    /// Options in the form of `fstab(5)`, mapped by config.md's table; others go to the filesystem.
    package var options: [String]?
    /// User IDs of an ID-mapped mount.
    package var uidMappings: [IDMapping]?
    /// Group IDs of an ID-mapped mount.
    package var gidMappings: [IDMapping]?

    /// Makes a value; what is not given is absent.
    package init(
      destination: String, type: String? = nil, source: String? = nil, options: [String]? = nil,
      uidMappings: [IDMapping]? = nil, gidMappings: [IDMapping]? = nil
    ) {
      self.destination = destination
      self.type = type
      self.source = source
      self.options = options
      self.uidMappings = uidMappings
      self.gidMappings = gidMappings
    }
  }

  /// A run of IDs of a user namespace or an ID-mapped mount (config-linux.md, User namespace mappings).
  package struct IDMapping: Codable, Sendable, Equatable {
    /// The first ID inside.
    package var containerID: UInt32
    /// The first ID outside.
    package var hostID: UInt32
    /// How many IDs follow each other.
    package var size: UInt32

    /// Makes a value; what is not given is absent.
    package init(containerID: UInt32, hostID: UInt32, size: UInt32) {
      self.containerID = containerID
      self.hostID = hostID
      self.size = size
    }
  }
}
