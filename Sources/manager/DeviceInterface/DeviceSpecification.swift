package import JSONDocument
package import OCIRuntimeSpec

/// A file of the Container Device Interface, as it stands: what devices of one kind need of a container's config.json
/// (cncf-tags/container-device-interface, SPEC.md, version 1.1.0).
package struct DeviceSpecification: Sendable, Equatable {
  /// `cdiVersion`.
  package let version: String
  /// `vendor.com/class`.
  package let kind: String
  /// Remarks of the vendor's; they change nothing.
  package let annotations: [String: String]
  /// At least one.
  package let devices: [Device]
  /// What is done once with whichever of the devices.
  package let edits: ContainerEdits

  /// One device.
  package struct Device: Sendable, Equatable {
    /// Within the kind.
    package let name: String
    /// Remarks.
    package let annotations: [String: String]
    /// What is done with this device.
    package let edits: ContainerEdits
  }

  /// Reads the text of a file: YAML where it is called `*.yaml`, else JSON.
  /// - Throws: `DocumentError` that begins with `file`: no such text, another shape, a member that is not known, a rule broken.
  package init(_ bytes: [UInt8], file: String) throws(DocumentError) {
    // JSON is YAML, too, and has a reader that says more.
    let isJSON = bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    let document =
      isJSON || !file.hasSuffix(".yaml")
      ? try JSON.parse(bytes, file: file) : try YAMLDocument.read(bytes, file: file)
    self = try JSON.read(DeviceSpecification.self, from: document, file: file)
    try check(file: file)
  }
}

/// What is changed in a config.json.
package struct ContainerEdits: Sendable, Equatable {
  /// Each `NAME=value`.
  package var environment: [String] = []
  /// Nodes in `/dev`.
  package var deviceNodes: [DeviceNode] = []
  /// Network interfaces that become the container's.
  package var networkDevices: [NetworkDevice] = []
  /// Files and directories.
  package var mounts: [Mount] = []
  /// Programs of the OCI runtime's.
  package var hooks: [Hook] = []
  /// Groups of the process; 0 counts as none.
  package var groups: [UInt32] = []
  /// Intel Resource Director Technology.
  package var resourceDirector: RuntimeSpec.Linux.ResourceDirector?

  /// Changes nothing.
  package init() {}

  /// A device node.
  package struct DeviceNode: Sendable, Equatable {
    /// In the container.
    package let path: String
    /// On the host; nil is the same path.
    package let hostPath: String?
    /// `b`, `c`, `u` or `p`; nil is what the host has.
    package let type: RuntimeSpec.Linux.Device.Kind?
    /// With 0 the host's numbers count.
    package let major: Int64
    /// As `major`.
    package let minor: Int64
    /// The permission bits.
    package let fileMode: UInt32?
    /// Some of `r`, `w` and `m`; nil is all, `none` none.
    package let permissions: String?
    /// The owner; nil is the container's user.
    package let userID: UInt32?
    /// The group; nil is the container's.
    package let groupID: UInt32?
  }

  /// A network interface.
  package struct NetworkDevice: Sendable, Equatable {
    /// On the host.
    package let hostInterfaceName: String
    /// In the container.
    package let name: String
  }

  /// A mount.
  package struct Mount: Sendable, Equatable {
    /// On the host; of a file system that is no bind its source.
    package let hostPath: String
    /// In the container.
    package let containerPath: String
    /// A file system; nil is a bind.
    package let type: String?
    /// fstab(5)'s.
    package let options: [String]
  }

  /// A hook.
  package struct Hook: Sendable, Equatable {
    /// When.
    package let name: Kind
    /// What.
    package let hook: RuntimeSpec.Hook

    /// The points of a container's life.
    package enum Kind: String, ClosedStringSet {
      case prestart, createRuntime, createContainer, startContainer, poststart, poststop

      /// "hook".
      package static var noun: String { "hook" }
    }
  }
}
