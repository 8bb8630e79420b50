package import JSONDocument
package import Options

/// One mount of a container, with everything decided that can be decided without looking at the host. It is stored with
/// the container, and every start is compiled from it.
package struct ContainerMount: Codable, Sendable, Equatable {
  /// What is mounted.
  package enum Kind: String, Codable, Sendable { case bind, volume, tmpfs, image }

  /// An image that is mounted.
  package struct Image: Codable, Sendable, Equatable {
    /// Its whole id.
    package var id: String
    /// Its layers by their diff ids, bottom first.
    package var layers: [String]

    /// Names both.
    package init(id: String, layers: [String]) {
      self.id = id
      self.layers = layers
    }
  }

  /// Where it came from.
  package enum Origin: String, Codable, Sendable {
    /// `--volume`, `--mount`, `--tmpfs`.
    case volume, mount, tmpfs
    /// The image's VOLUME.
    case image
    /// `--volumes-from`.
    case inherited
  }

  /// What.
  package var kind: Kind
  /// Of a bind the host's path, of a volume its name, of a tmpfs nothing, of an image its name as it was given.
  package var source: String
  /// In the container: absolute and clean.
  package var destination: String
  /// Where it came from.
  package var origin: Origin
  /// Whether the container may not write to it.
  package var readOnly = false
  /// How far that goes.
  package var recursion = MountOption.Recursion.standard
  /// Which way later mounts are passed on; nil is docker's `rprivate`.
  package var propagation: MountPropagation?
  /// Of `--volume`: the words after the second colon; of `--tmpfs` its options.
  package var mode = ""
  /// Of a tmpfs: its options.
  package var options: [String] = []
  /// Of a volume: whether the image's files are copied into it while it is empty.
  package var copies = false
  /// Of a volume: whether nobody gave it its name.
  package var isAnonymous = false
  /// Of a volume: whether its driver's options say what is mounted there first.
  package var isMounted = false
  /// Of a bind: whether a missing source is made.
  package var makesMissing = false
  /// Of an image: which one it was when the container was made.
  package var image: Image?
  /// Of a volume or an image: the part that is mounted, a relative path; nil is all of it.
  package var subpath: String?

  /// Which user the source's owner is inside; nil leaves users as they are.
  package var ownerUser: UInt32?
  /// Which group the source's group is inside.
  package var ownerGroup: UInt32?

  /// Names what and where; the rest has its defaults.
  package init(_ kind: Kind, source: String, destination: String, origin: Origin) {
    self.kind = kind
    self.source = source
    self.destination = destination
    self.origin = origin
  }
}

extension ContainerMount: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would; what older versions did not write has its default.
  package init(reading members: MemberReader) throws(DocumentError) {
    // Before there were volumes, a mount had a source, a destination and whether it is read-only.
    let kind = Kind(rawValue: try members.read("kind") ?? Kind.bind.rawValue)
    let origin = Origin(rawValue: try members.read("origin") ?? Origin.volume.rawValue)
    let recursion = MountOption.Recursion(rawValue: try members.read("recursion") ?? "standard")
    guard let kind, let origin, let recursion else {
      throw DocumentError(file: "settings", path: [.member("mounts")], rule: "unknown kind of mount")
    }
    self.init(
      kind, source: try members.read("source"), destination: try members.read("destination"), origin: origin)
    self.recursion = recursion
    readOnly = try members.read("readOnly")
    if let name: String = try members.read("propagation") { propagation = MountPropagation(rawValue: name) }
    mode = try members.read("mode") ?? ""
    options = try members.read("options") ?? []
    copies = try members.read("copies") ?? false
    isAnonymous = try members.read("isAnonymous") ?? false
    isMounted = try members.read("isMounted") ?? false
    makesMissing = try members.read("makesMissing") ?? false
    ownerUser = try members.read("ownerUser")
    ownerGroup = try members.read("ownerGroup")
    image = try members.read("image")
    subpath = try members.read("subpath")
    guard (kind == .image) == (image != nil) else {
      throw DocumentError(
        file: "settings", path: [.member("mounts")], rule: "an image that is mounted needs its layers")
    }
  }

  /// What the settings hold.
  var document: JSONValue {
    var members = JSONObject([
      .init(key: "kind", value: .string(kind.rawValue)),
      .init(key: "source", value: .string(source)),
      .init(key: "destination", value: .string(destination)),
      .init(key: "origin", value: .string(origin.rawValue)),
      .init(key: "readOnly", value: .bool(readOnly)),
      .init(key: "recursion", value: .string(recursion.rawValue)),
      .init(key: "mode", value: .string(mode)),
      .init(key: "options", value: strings(options)),
      .init(key: "copies", value: .bool(copies)),
      .init(key: "isAnonymous", value: .bool(isAnonymous)),
      .init(key: "isMounted", value: .bool(isMounted)),
      .init(key: "makesMissing", value: .bool(makesMissing)),
    ])
    members["ownerUser"] = ownerUser.map { .integer(Int64($0)) }
    members["ownerGroup"] = ownerGroup.map { .integer(Int64($0)) }
    members["propagation"] = propagation.map { .string($0.rawValue) }
    members["image"] = image.map { ["id": .string($0.id), "layers": strings($0.layers)] }
    members["subpath"] = subpath.map { .string($0) }
    return .object(members)
  }
}

extension ContainerMount.Image: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    self.init(id: try members.read("id"), layers: try members.read("layers"))
  }
}
