/// One `-v /host:/container[:ro]`: a file or directory of the host, shown in the container.
package struct BindMount: Codable, Hashable, Sendable {
  /// On the host, absolute.
  package let source: String
  /// In the container, absolute, without `.`, `..` and double slashes.
  package let destination: String
  /// Whether the container may not write to it, nor to mounts below it.
  package let readOnly: Bool

  /// Makes a mount from values that are known to be right.
  package init(source: String, destination: String, readOnly: Bool) {
    self.source = source
    self.destination = destination
    self.readOnly = readOnly
  }

  /// Reads the value of `--volume`. Whether the source exists is not asked here.
  /// - Throws: `OptionError` when a path is missing or relative, or the mode is not known.
  package init(_ value: String) throws(OptionError) {
    let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    func problem(_ text: String) -> OptionError { OptionError("--volume", value, text) }
    switch parts.count {
    case 2, 3: break
    case 1:
      throw problem("volumes without a host path come with `apus volume`; give /host/path:\(value)")
    default: throw problem("too many colons; expected /host/path:/container/path[:ro]")
    }
    let (source, destination) = (parts[0], parts[1])
    guard !source.isEmpty else { throw problem("no host path; expected /host/path:/container/path[:ro]") }
    guard source.hasPrefix("/") else {
      throw problem(
        source.hasPrefix(".") || source.contains("/")
          ? "host path \(quoted(source)) is relative; give an absolute one"
          : "named volumes come with `apus volume`; a host path is absolute")
    }
    guard destination.hasPrefix("/") else {
      throw problem("container path \(quoted(destination)) is relative; give an absolute one")
    }
    let clean = cleanPath(destination)
    guard clean != "/" else { throw problem("the container path cannot be '/'") }
    self.init(
      source: cleanPath(source), destination: clean,
      readOnly: try Self.isReadOnly(parts.count == 3 ? parts[2] : "rw", of: value))
  }

  private static func isReadOnly(_ mode: String, of value: String) throws(OptionError) -> Bool {
    var access: Bool?
    for word in mode.split(separator: ",", omittingEmptySubsequences: false) {
      guard word == "ro" || word == "rw" else {
        throw OptionError("--volume", value, "unknown mode \(quoted(String(word))); expected ro or rw")
      }
      guard access == nil else { throw OptionError("--volume", value, "the mode is given twice") }
      access = word == "ro"
    }
    return access ?? false
  }
}

/// An absolute path without empty components, `.` and `..`, as Go's `path.Clean` gives it; no file is looked at.
package func cleanPath(_ path: String) -> String {
  var components: [Substring] = []
  // By bytes, as the kernel reads it: as a character, a slash may be hidden under a combining mark.
  for component in path.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init) {
    switch component {
    case ".": continue
    case "..": _ = components.popLast()
    default: components.append(component)
    }
  }
  return "/" + components.joined(separator: "/")
}
