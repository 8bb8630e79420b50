internal import CLibarchive
internal import LinuxSystem

// Whiteouts in overlayfs's form (kernel Documentation/filesystems/overlayfs, whiteouts and opaque directories).
extension LayerExtraction {
  /// Hides what the layers below have at `path`. What this layer itself has there stays (image-spec layer.md), and if
  /// it is a directory it must not be merged with one below.
  mutating func hide(_ path: [UInt8]) throws(LayerError) {
    switch try kind(of: path) {
    case .directory: return try makeOpaque(path)
    case nil: break
    default: return
    }
    try writeSpecial(path, type: clibarchive_AE_IFCHR, permissions: 0)
    whiteouts.insert(path)
  }

  /// Makes directories of the whiteouts above `path`: this layer has something there after all.
  mutating func revealParents(of path: [UInt8]) throws(LayerError) {
    if whiteouts.isEmpty { return }
    for index in path.indices where path[index] == UInt8(ascii: "/") {
      let directory = Array(path[..<index])
      guard whiteouts.remove(directory) != nil else { continue }
      try writeSpecial(directory, type: clibarchive_AE_IFDIR, permissions: 0o755)
      try makeOpaque(directory)
    }
  }

  func makeOpaque(_ directory: [UInt8]) throws(LayerError) {
    switch try kind(of: directory) {
    case .directory: break
    case nil: try writeSpecial(directory, type: clibarchive_AE_IFDIR, permissions: 0o755)
    // A file hides what is below anyway.
    default: return
    }
    do throws(SystemError) {
      try setExtendedAttribute("trusted.overlay.opaque", Array("y".utf8), of: directory)
    } catch { throw LayerError("entry \(quoted(directory)): \(error)") }
  }

  /// What this layer has at `path` so far; a link itself.
  private func kind(of path: [UInt8]) throws(LayerError) -> FileKind? {
    do throws(SystemError) {
      let root = try openFile("/", [.path, .directory])
      return try fileStatus(of: try openRawName(path, in: root, [.path, .noFollow])).kind
    } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { return nil }
      throw LayerError("entry \(quoted(path)): \(error)")
    }
  }

  /// Makes a directory, or the device 0:0, owned by root.
  private func writeSpecial(_ path: [UInt8], type: UInt32, permissions: UInt32) throws(LayerError) {
    guard let entry = unsafe archive_entry_new() else { throw LayerError("out of memory") }
    defer { unsafe archive_entry_free(entry) }
    unsafe withCString(path) { unsafe archive_entry_copy_pathname(entry, $0) }
    unsafe archive_entry_set_filetype(entry, type)
    unsafe archive_entry_set_perm(entry, permissions)
    unsafe archive_entry_set_rdevmajor(entry, 0)
    unsafe archive_entry_set_rdevminor(entry, 0)
    try unsafe tar.write(entry, at: path)
  }
}
