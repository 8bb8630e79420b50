package import LinuxSystem

/// Looks for a file of an image in its unpacked layers, as overlayfs would show it, while nothing is mounted.
///
/// For questions beforehand only (`--dry-run`): a container's own root is always looked at through its mount.
package enum LayeredFile {
  /// The bytes of the regular file at `path`.
  /// - Parameters:
  ///   - layers: the layers' trees, top first. They are hostile: every step is resolved inside its layer.
  ///   - limit: the most that is read, in bytes.
  /// - Returns: nil when it is not there, or when something on the way cannot be followed from here.
  package static func read(_ path: String, inLayers layers: [String], limit: Int) throws(SystemError)
    -> [UInt8]?
  {
    var rest = pathComponents(path)
    var done: [String] = []
    var visible = layers
    var links = 0
    while !rest.isEmpty {
      let component = rest.removeFirst()
      if component == "." { continue }
      if component == ".." {
        rest = Array(done.dropLast()) + rest
        (done, visible) = ([], layers)
        continue
      }
      let place = joinPath(done + [component])
      guard let found = try topmost(place, visible) else { return nil }
      switch found.kind {
      case .directory:
        done.append(component)
        visible = found.below
      case .symbolicLink:
        links += 1
        guard links < 40 else { return nil }
        let target = try readLink(found.path)
        rest = pathComponents(target) + rest
        if !target.hasPrefix("/") { rest = done + rest }
        (done, visible) = ([], layers)
      case .regular:
        guard rest.isEmpty else { return nil }
        return try openFile(found.path, [.readOnly, .nonBlocking, .noFollow]).readAll(limit: limit)
      default: return nil
      }
    }
    return nil
  }

  private struct Found {
    let path: String
    let kind: FileKind
    /// The layers in which the directory goes on.
    let below: [String]
  }

  /// What is at `place`, all of whose parents are directories, none of them a link, in the layers that show them.
  private static func topmost(_ place: String, _ layers: [String]) throws(SystemError) -> Found? {
    var directories: [String] = []
    var first = ""
    for layer in layers {
      let path = "\(layer)/\(place)"
      let status: FileStatus
      do throws(SystemError) { status = try fileStatus(path, follow: false) } catch {
        if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { continue }
        throw error
      }
      guard status.kind == .directory else {
        // A 0:0 device is overlayfs's whiteout: it hides what is below.
        if !directories.isEmpty || (status.kind == .characterDevice && status.major == 0 && status.minor == 0)
        {
          break
        }
        return Found(path: path, kind: status.kind, below: [])
      }
      if first.isEmpty { first = path }
      directories.append(layer)
      if isOpaque(path) { break }
    }
    return first.isEmpty ? nil : Found(path: first, kind: .directory, below: directories)
  }

  private static func isOpaque(_ path: String) -> Bool {
    do throws(SystemError) {
      return try extendedAttribute("trusted.overlay.opaque", of: Array(path.utf8)) == Array("y".utf8)
    } catch { return false }
  }
}
