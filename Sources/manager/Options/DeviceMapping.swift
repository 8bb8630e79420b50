/// One `--device`: `/dev/fuse`, `/dev/sda:/dev/xvda`, `/dev/sda:/dev/xvda:r`, `/dev/snd:rw`; of a directory all devices in
/// it (docker/cli, container/opts.go). A CDI device is a `QualifiedDevice`.
package struct DeviceMapping: RawRepresentable, Codable, Hashable, Sendable {
  /// On the host, absolute and clean.
  package let source: String
  /// In the container, absolute and clean.
  package let destination: String
  /// Some of `r`, `w` and `m`.
  package let permissions: String

  /// Reads the value of `--device`. Whether there is such a device is not asked here.
  /// - Throws: `OptionError`.
  package init(_ text: String) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError("--device", text, words) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 3 else {
      throw problem("bad format for path: expected HOST[:CONTAINER[:PERMISSIONS]]")
    }
    var destination = parts[0]
    var permissions = "rwm"
    if parts.count == 3 {
      (destination, permissions) = (parts[1], parts[2])
    } else if parts.count == 2 {
      if Self.arePermissions(parts[1]) { permissions = parts[1] } else { destination = parts[1] }
    }
    guard Self.arePermissions(permissions) else {
      throw problem("bad mode specified: \(permissions); expected some of r, w and m")
    }
    for path in [parts[0], destination] where !path.hasPrefix("/") {
      throw problem("\(path.isEmpty ? "the path" : path) is not an absolute path")
    }
    (source, self.destination, self.permissions) = (cleanPath(parts[0]), cleanPath(destination), permissions)
  }

  /// As the flag has it, with all its parts.
  package var rawValue: String { "\(source):\(destination):\(permissions)" }

  /// Reads what `rawValue` wrote.
  package init?(rawValue: String) {
    do throws(OptionError) { try self.init(rawValue) } catch { return nil }
  }

  /// Each letter once.
  static func arePermissions(_ text: String) -> Bool {
    (1...3).contains(text.utf8.count) && Set(text).count == text.utf8.count
      && text.allSatisfy { "rwm".contains($0) }
  }
}
