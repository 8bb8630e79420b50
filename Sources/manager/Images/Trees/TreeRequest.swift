internal import JSONDocument

/// What `cp` asks of the process that works in a jail: where, and what.
package struct TreeRequest: Codable, Sendable, Equatable {
  /// Whose file system becomes the jail.
  package enum Place: Codable, Sendable, Equatable {
    /// A container's that runs: its mount namespace and its root are passed as descriptors.
    case running
    /// A container's that does not run: its layers, mounted for the jail alone.
    case layers(lower: [String], upper: String, work: String, target: String)
    /// A directory of the host.
    case directory(String)
  }

  /// Something else mounted in the jail: a volume, or an image.
  package struct Mount: Codable, Sendable, Equatable {
    /// On the host; without meaning where there are layers.
    package var source: String
    /// Of an image: its layers' directories, top first.
    package var layers: [String] = []
    /// The part that is mounted; nil is all of it.
    package var subpath: String?
    /// In the container.
    package var destination: String
    /// Whether it cannot be written.
    package var readOnly: Bool

    /// Names the two ends.
    package init(source: String, destination: String, readOnly: Bool) {
      self.source = source
      self.destination = destination
      self.readOnly = readOnly
    }
  }

  /// What is to be done.
  package enum Task: Codable, Sendable, Equatable {
    /// Tells what is at a path.
    case status(path: String, follow: Bool)
    /// Writes a tar of what is at an absolute path to standard output; see `DirectoryTar` for the name.
    case read(path: String, name: String?)
    /// Unpacks the tar on standard input in a directory.
    case write(directory: String, keepsOwners: Bool)
  }

  /// Whether whoever asks holds the container's lock and will write: then `layers` are mounted as a start would mount
  /// them; otherwise so that nobody is disturbed.
  package var takesLayers = false

  /// Where.
  package var place: Place
  /// For `layers`, in this order.
  package var mounts: [Mount] = []
  /// For `running`: where procfs is mounted in it.
  package var processFileSystems: [String] = []
  /// For `layers`: whether nothing but the mounts can be written.
  package var readOnly = false
  /// For layers that are taken: a directory that is made when nothing is there, as a start makes the working directory.
  package var workingDirectory: String?
  /// What.
  package var task: Task

  /// Asks.
  package init(_ place: Place, _ task: Task) {
    self.place = place
    self.task = task
  }
}

/// What is at a path.
package struct TreeStatus: Codable, Sendable, Equatable {
  /// What kind of thing.
  package enum Kind: String, Codable, Sendable {
    case missing, directory
    /// A regular file, or a link that was not to be followed.
    case file
    /// A device, a FIFO or a socket.
    case special
  }

  /// What kind of thing.
  package var kind: Kind
  /// Where it is: absolute, without links before the last name (and in it when they were to be followed). Of what is
  /// missing, its directory's with the name; empty when that is missing too, or is none.
  package var path: String

  /// Makes it.
  package init(_ kind: Kind, path: String) {
    self.kind = kind
    self.path = path
  }
}
