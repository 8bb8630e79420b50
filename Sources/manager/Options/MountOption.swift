/// One mount that a flag asks for: `--volume`, `--mount` or `--tmpfs`. Nothing of the host was looked at.
package struct MountOption: Hashable, Sendable {
  /// What is to be seen at the destination.
  package enum Kind: Hashable, Sendable {
    /// A file or directory of the host, absolute and clean; one that is missing is made as a directory if so.
    case bind(source: String, makesMissing: Bool)
    /// A volume.
    case volume(VolumeChoice)
    /// A new, empty file system in memory with these options.
    case tmpfs(options: [String])
    /// The files of an image, which cannot be written; of a subpath only what is there.
    case image(name: String, subpath: String?)
  }

  /// Which flag it came from.
  package enum Flag: String, Hashable, Sendable { case volume, mount, tmpfs }

  /// What becomes of mounts below the source of a bind.
  package enum Recursion: String, Codable, Hashable, Sendable {
    /// They come along, and are read-only with it where the kernel can do that.
    case standard
    /// They stay away.
    case disabled
    /// They come along and stay writable.
    case writable
    /// They come along and are read-only, or the start fails.
    case readonly
  }

  /// What.
  package let kind: Kind
  /// In the container: absolute and clean, not `/`.
  package let destination: String
  /// From which flag.
  package let flag: Flag
  /// Whether the container may not write to it.
  package var readOnly = false
  /// How far it goes.
  package var recursion = Recursion.standard
  /// Which way later mounts are passed on; nil is docker's `rprivate`.
  package var propagation: MountPropagation?
  /// The user that the owner of the source is inside, and who is the owner outside; nil leaves users as they are.
  package var ownerUser: UInt32?
  /// The same of the group.
  package var ownerGroup: UInt32?
  /// Of `--volume`: the words after the second colon, for inspect.
  package var mode = ""

  /// Names what and where; the rest has its defaults.
  package init(_ kind: Kind, destination: String, flag: Flag) {
    self.kind = kind
    self.destination = destination
    self.flag = flag
  }

  /// A container path that is absolute and is not the root.
  static func destination(
    _ path: String, _ problem: (String) -> OptionError
  ) throws(OptionError) -> String {
    guard path.utf8.first == UInt8(ascii: "/") else {
      throw problem("invalid mount path: '\(path)' mount path must be absolute")
    }
    let clean = cleanPath(path)
    guard clean != "/" else { throw problem("invalid specification: destination can't be '/'") }
    return clean
  }

  /// A host path: absolute, or relative and then beginning with a dot, as docker's command line has it.
  static func hostPath(_ path: String, workingDirectory: () throws -> String) rethrows -> String {
    path.utf8.first == UInt8(ascii: "/") ? cleanPath(path) : cleanPath(try workingDirectory() + "/" + path)
  }
}

/// Which volume, and what it is made with if there is none of this name.
package struct VolumeChoice: Hashable, Sendable {
  /// nil asks for a new one without a name.
  package var name: VolumeName?
  /// Whether the image's files at the destination are copied into an empty volume.
  package var copies = true
  /// What of it is mounted: a relative path that stays inside; nil is all of it.
  package var subpath: String?
  /// For a new volume.
  package var labels: [Label] = []
  /// For a new volume.
  package var options: [VolumeDriverOption] = []

  /// Chooses a volume.
  package init(name: VolumeName?) { self.name = name }
}

/// Which way mounts that are made later go over a mount (mount_namespaces(7)).
package enum MountPropagation: String, Codable, Hashable, Sendable, CaseIterable {
  case `private`, rprivate, shared, rshared, slave, rslave
}
