/// Why the store refused or failed; prints as one line, in docker's words where docker has some.
package enum StoreError: Error, Equatable, Sendable {
  /// A root is not an absolute path.
  case relativeRoot(option: String, path: String)
  /// A directory of the skeleton cannot be made or is none.
  case rootNotUsable(path: String, reason: String)
  /// Another container has the name.
  case nameInUse(name: String, byID: String)
  /// Another container has the id.
  case idInUse(String)
  /// No container has this id, name or prefix.
  case noSuchContainer(String)
  /// Several containers' ids begin so.
  case ambiguousContainer(String)
  /// No image has this name, id or prefix.
  case noSuchImage(String)
  /// Several images' ids begin so.
  case ambiguousImage(String)
  /// The image has containers, so it cannot go; both ids in full.
  case imageInUse(image: String, container: String)
  /// No volume has this name.
  case noSuchVolume(String)
  /// Another volume has the name.
  case volumeNameInUse(String)
  /// The volume has containers, so it cannot go; their ids in full.
  case volumeInUse(name: String, containers: [String])
  /// No network has this name, id or prefix.
  case noSuchNetwork(String)
  /// Another network has the name.
  case networkNameInUse(String)
  /// The network has containers, so it cannot go; their names and ids.
  case networkInUse(name: String, containers: [NamedContainer])
  /// The container is on the network already.
  case alreadyConnected(container: String, network: String)
  /// The caller's own rule for a row, asked within the transaction, says no.
  case refused(String)
  /// The disk that holds the database is full.
  case diskFull(path: String)
  /// The database cannot be written.
  case readOnly(path: String)
  /// The file is not a database, or a damaged one.
  case corrupt(path: String, detail: String)
  /// Another command has held the database for too long.
  case busy(path: String)
  /// A later version of the program made the database.
  case newerVersion(path: String, found: Int, known: Int)
  /// Anything else that SQLite says.
  case database(path: String, detail: String)
}

/// A container in a sentence.
package struct NamedContainer: Equatable, Sendable {
  /// Its name, without a slash.
  package let name: String
  /// In full.
  package let id: String

  package init(name: String, id: String) {
    self.name = name
    self.id = id
  }
}

extension StoreError: CustomStringConvertible {
  /// One line.
  package var description: String {
    switch self {
    case .relativeRoot(let option, let path):
      "\(option) \"\(path)\": must be an absolute path"
    case .rootNotUsable(let path, let reason):
      "state directory \"\(path)\": \(reason); give a writable one by --root and --run-root, or run as root"
    case .nameInUse(let name, let id):
      "Conflict. The container name \"/\(name)\" is already in use by container \"\(id)\". You have to remove "
        + "(or rename) that container to be able to reuse that name."
    case .idInUse(let id):
      "container id \"\(id)\" is already in use"
    case .noSuchContainer(let reference):
      "No such container: \(reference)"
    case .ambiguousContainer(let reference), .ambiguousImage(let reference):
      "multiple IDs found with provided prefix: \(reference)"
    case .noSuchImage(let reference):
      "No such image: \(reference)"
    case .imageInUse(let image, let container):
      "conflict: unable to delete \(Self.short(image)) (cannot be forced) - image is being used by container "
        + Self.short(container)
    case .noSuchVolume(let name):
      "get \(name): no such volume"
    case .volumeNameInUse(let name):
      "a volume with the name \"\(name)\" exists already"
    case .volumeInUse(let name, let containers):
      "remove \(name): volume is in use - [\(containers.joined(separator: ", "))]"
    case .noSuchNetwork(let name):
      "network \(name) not found"
    case .networkNameInUse(let name):
      "network with name \(name) already exists"
    case .networkInUse(let name, let containers):
      "error while removing network: network \(name) has active endpoints ("
        + containers.map { "name:\"\($0.name)\" id:\"\($0.id.prefix(12))\"" }.joined(separator: ", ") + ")"
    case .alreadyConnected(let container, let network):
      "endpoint with name \(container) already exists in network \(network)"
    case .refused(let words):
      words
    case .diskFull(let path):
      "database \"\(path)\": no space left on device"
    case .readOnly(let path):
      "database \"\(path)\": cannot be written; run as root, or give another --root"
    case .corrupt(let path, let detail):
      "database \"\(path)\": not an apus database, or damaged (\(detail))"
    case .busy(let path):
      "database \"\(path)\": held by another command for too long, try again"
    case .newerVersion(let path, let found, let known):
      "database \"\(path)\": written by a newer apus (version \(found), this one knows \(known))"
    case .database(let path, let detail):
      "database \"\(path)\": \(detail)"
    }
  }

  private static func short(_ id: String) -> String {
    String((id.hasPrefix("sha256:") ? id.dropFirst("sha256:".count) : Substring(id)).prefix(12))
  }
}
