internal import LinuxSystem

/// A directory as the layers below a writable one show it: looked up name by name, without a mount. Layers do not change,
/// so their paths lead where they should.
struct LowerDirectory {
  /// The directories that are merged, top first: absolute paths.
  private let parts: [[UInt8]]

  /// The root of layers.
  /// - Parameter trees: their directories, top first.
  init(layers trees: [String]) throws(SystemError) {
    var parts: [[UInt8]] = []
    for tree in trees {
      parts.append(Array(tree.utf8))
      if try isOpaqueDirectory(Array(tree.utf8)) { break }
    }
    self.parts = parts
  }

  private init(parts: [[UInt8]]) { self.parts = parts }

  /// A file that is shown.
  struct Entry {
    let status: FileStatus
    /// Where it lies.
    let path: [UInt8]
    /// What a directory shows.
    let directory: LowerDirectory?
  }

  /// The file of this name; nil when none is shown.
  func entry(_ name: [UInt8]) throws(SystemError) -> Entry? {
    var found: (status: FileStatus, path: [UInt8])?
    var merged: [[UInt8]] = []
    for part in parts {
      let path = part + [UInt8(ascii: "/")] + name
      guard let status = try statusIfThere(path) else { continue }
      // Below a file, or a whiteout, nothing is shown.
      guard status.kind == .directory else {
        if found == nil, !isWhiteout(status) { found = (status, path) }
        break
      }
      if found == nil { found = (status, path) }
      merged.append(path)
      if try isOpaqueDirectory(path) { break }
    }
    guard let found else { return nil }
    return Entry(
      status: found.status, path: found.path, directory: merged.isEmpty ? nil : LowerDirectory(parts: merged))
  }

  /// Every name that is shown, sorted.
  func names() throws(SystemError) -> [[UInt8]] {
    var names: Set<[UInt8]> = []
    for part in parts {
      let place = try openFile("/", [.path, .directory])
      let directory = try openRawName(Array(part.dropFirst()), in: place, [.readOnly, .directory, .noFollow])
      names.formUnion(try listRawNames(directory))
    }
    var shown: [[UInt8]] = []
    for name in names where try entry(name) != nil { shown.append(name) }
    return shown.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private func statusIfThere(_ path: [UInt8]) throws(SystemError) -> FileStatus? {
    do throws(SystemError) {
      let place = try openFile("/", [.path, .directory])
      return try fileStatus(of: try openRawName(Array(path.dropFirst()), in: place, [.path, .noFollow]))
    } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { return nil }
      throw error
    }
  }
}

/// Whether it is overlayfs's device 0:0, which hides a name.
func isWhiteout(_ status: FileStatus) -> Bool {
  status.kind == .characterDevice && status.major == 0 && status.minor == 0
}

/// Whether overlayfs shows nothing of the layers below in this directory.
func isOpaqueDirectory(_ path: [UInt8]) throws(SystemError) -> Bool {
  do throws(SystemError) {
    return try extendedAttribute("trusted.overlay.opaque", of: path) == Array("y".utf8)
  } catch {
    if error.code == ErrorCode.noData || error.code == ErrorCode.notSupported { return false }
    throw error
  }
}
