extension MountOption {
  /// Reads the value of `--volume`: `/path`, `name:/path[:mode]` or `/host:/path[:mode]`. Whether the source exists is
  /// not asked here.
  /// - Parameter workingDirectory: from which `./data` is meant.
  /// - Throws: `OptionError`, in docker's words where it has some; what `workingDirectory` throws.
  package init(volume value: String, workingDirectory: () throws -> String) throws {
    func problem(_ text: String) -> OptionError { OptionError("--volume", value, text) }
    let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    // docker's words (docker/cli, internal/volumespec), and what would be right.
    let form = "expected [SOURCE:]/container/path[:MODE]"
    guard !value.isEmpty else { throw problem("invalid empty volume spec: \(form)") }
    guard !parts.contains("") else { throw problem("empty section between colons: \(form)") }
    guard parts.count <= 3 else { throw problem("invalid volume specification: \(form)") }
    if parts.count == 1 {
      self.init(
        .volume(VolumeChoice(name: nil)), destination: try Self.destination(parts[0], problem), flag: .volume)
      return
    }
    let destination = try Self.destination(parts[1], problem)
    let words = try VolumeMode(parts.count == 3 ? parts[2] : "", problem)
    if parts[0].utf8.first == UInt8(ascii: "/") || parts[0].utf8.first == UInt8(ascii: ".") {
      guard words.copies else { throw problem("nocopy is for volumes, not for host paths") }
      let source = try Self.hostPath(parts[0], workingDirectory: workingDirectory)
      self.init(.bind(source: source, makesMissing: true), destination: destination, flag: .volume)
    } else {
      guard words.propagation == nil else {
        throw problem("mount propagation is for host paths, not for volumes")
      }
      var choice = VolumeChoice(name: try VolumeName(parts[0], option: "--volume"))
      choice.copies = words.copies
      self.init(.volume(choice), destination: destination, flag: .volume)
    }
    readOnly = words.readOnly
    recursion = words.recursion
    propagation = words.propagation
    (ownerUser, ownerGroup) = (words.ownerUser, words.ownerGroup)
    mode = parts.count == 3 ? parts[2] : ""
  }
}

/// The words after the second colon; at most one of each kind (moby, volume/mounts/linux_parser.go).
private struct VolumeMode {
  var readOnly = false
  var recursion = MountOption.Recursion.standard
  var propagation: MountPropagation?
  var copies = true
  var ownerUser: UInt32?
  var ownerGroup: UInt32?

  init(_ text: String, _ problem: (String) -> OptionError) throws(OptionError) {
    guard !text.isEmpty else { return }
    var kinds: Set<String> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      let kind: String
      switch word {
      case "ro", "rw", "rro":
        kind = "access"
        readOnly = word != "rw"
        if word == "rro" { recursion = .readonly }
      // The label of a host without SELinux; whether this is one is asked when the container is made.
      case "z", "Z": kind = "label"
      // Hints for a virtual machine between two file systems; there is none (moby does nothing with them on Linux).
      case "consistent", "cached", "delegated": kind = "consistency"
      case "nocopy":
        kind = "copy"
        copies = false
      case let word where word.hasPrefix("uid="):
        kind = "uid"
        ownerUser = try Self.identifier(word, problem)
      case let word where word.hasPrefix("gid="):
        kind = "gid"
        ownerGroup = try Self.identifier(word, problem)
      default:
        guard let named = MountPropagation(rawValue: word) else { throw problem("invalid mode: \(text)") }
        kind = "propagation"
        propagation = named
      }
      guard kinds.insert(kind).inserted else {
        throw problem("invalid mode: \(text): two words for one thing")
      }
    }
    if recursion == .readonly, let propagation, propagation != .rprivate {
      throw problem("invalid mode: \(text): rro needs the propagation rprivate")
    }
  }
  /// What is after `uid=` or `gid=`.
  private static func identifier(_ word: String, _ problem: (String) -> OptionError) throws(OptionError)
    -> UInt32
  {
    // The largest means nobody at all to the kernel.
    guard let number = UInt32(word.dropFirst(4)), number < .max else {
      throw problem("invalid mode: \(word): expected a number of a \(word.hasPrefix("u") ? "user" : "group")")
    }
    return number
  }
}
