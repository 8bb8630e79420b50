internal import CLinux
internal import Glibc

// Path resolution below an untrusted root. A container's root file system is written by whoever made the image, so
// every name below it is resolved by the kernel with openat2(2) RESOLVE_IN_ROOT: a symbolic link, absolute or
// relative, cannot lead out, and what comes back is a descriptor, never a string to be walked again
// (CVE-2021-30465, CVE-2024-45310).

/// Opens `path` as if `root` were `/`; magic links are refused. Calls `openat2(2)`.
package func openInRoot(
  _ root: borrowing OwnedDescriptor, _ path: String, _ flags: OpenFlags, mode: UInt32 = 0
) throws(SystemError) -> OwnedDescriptor {
  try openResolved(root, path, flags, mode, clinux_RESOLVE_IN_ROOT | clinux_RESOLVE_NO_MAGICLINKS)
}

/// Opens `path` strictly below `directory`: no symbolic link at all, no `..`, no other mount. For writing to /proc
/// and /sys, where a link or an overmount is an attack (CVE-2025-52881). Calls `openat2(2)`.
package func openBeneath(
  _ directory: borrowing OwnedDescriptor, _ path: String, _ flags: OpenFlags
) throws(SystemError) -> OwnedDescriptor {
  try openResolved(
    directory, path, flags, 0, clinux_RESOLVE_BENEATH | clinux_RESOLVE_NO_SYMLINKS | clinux_RESOLVE_NO_XDEV)
}

/// Opens the directory `name`, of arbitrary bytes, directly below `directory`; EXDEV when it is a mount point, also one
/// of the same file system (a bind), ELOOP when it is a symbolic link. Calls `openat2(2)`.
func openOnSameMount(
  _ name: [UInt8], in directory: borrowing OwnedDescriptor
) throws(SystemError) -> OwnedDescriptor {
  let base = directory.raw
  let flags = UInt64(clinux_O_DIRECTORY | clinux_O_NOFOLLOW | clinux_O_CLOEXEC)
  let resolve = UInt64(clinux_RESOLVE_BENEATH | clinux_RESOLVE_NO_SYMLINKS | clinux_RESOLVE_NO_XDEV)
  return OwnedDescriptor(
    owning: Int32(
      try check("openat2", String(decoding: name, as: UTF8.self)) {
        unsafe withRawName(name) { unsafe clinux_openat2(base, $0, flags, 0, resolve) }
      }))
}

private func openResolved(
  _ directory: borrowing OwnedDescriptor, _ path: String, _ flags: OpenFlags, _ mode: UInt32, _ resolve: Int64
) throws(SystemError) -> OwnedDescriptor {
  let base = directory.raw
  // openat2 refuses a mode without O_CREAT, and flags that make no sense with O_PATH.
  let open = UInt64(UInt32(bitPattern: flags.rawValue)) | UInt64(clinux_O_CLOEXEC)
  var attempts = 0
  while true {
    do throws(SystemError) {
      return OwnedDescriptor(
        owning: Int32(
          try check("openat2", path) {
            unsafe clinux_openat2(
              base, path, open, flags.contains(.create) ? UInt64(mode) : 0, UInt64(resolve))
          }))
    } catch {
      // A rename anywhere on the host makes the kernel give up on `..` (openat2(2), EAGAIN): ask again.
      attempts += 1
      guard error.code == EAGAIN, attempts < 128 else { throw error }
    }
  }
}

/// Makes `path` and its missing parents as directories below `root`, which none of them can leave.
/// - Parameters:
///   - path: absolute or relative, always taken from `root`; links on the way are followed inside it.
///   - mode: for directories that are made.
/// - Returns: the directory, opened for path use only.
/// - Throws: `SystemError` naming the component; ENOTDIR when one is a file.
package func makeDirectoriesInRoot(
  _ root: borrowing OwnedDescriptor, _ path: String, mode: UInt32 = 0o755
) throws(SystemError) -> OwnedDescriptor {
  // Most often everything is there already: one call.
  do throws(SystemError) { return try openInRoot(root, path, [.path, .directory]) } catch {
    guard error.code == ENOENT else { throw SystemError("mkdir", code: error.code, subject: path) }
  }
  var done = ""
  for component in pathComponents(path) where component != "." {
    // `..` cannot be made; the kernel resolves it within the root when opened below.
    let parent = try openInRoot(root, done.isEmpty ? "/" : done, [.path, .directory])
    done += "/\(component)"
    if component == ".." { continue }
    let base = parent.raw
    do throws(SystemError) {
      try checkDone("mkdir", done) { unsafe mkdirat(base, component, mode) }
    } catch { guard error.code == EEXIST else { throw error } }
  }
  return try openInRoot(root, path, [.path, .directory])
}

/// Makes an empty regular file at `path` below `root`, with its parents, unless something is there.
///
/// The file itself is created with O_EXCL and O_NOFOLLOW below the opened parent, so a link planted at its name is
/// never followed to a place outside (CVE-2024-45310).
/// - Returns: what is at `path` now, opened for path use only.
package func makeFileInRoot(
  _ root: borrowing OwnedDescriptor, _ path: String, mode: UInt32 = 0o644
) throws(SystemError) -> OwnedDescriptor {
  do throws(SystemError) { return try openInRoot(root, path, .path) } catch {
    guard error.code == ENOENT else { throw SystemError("create", code: error.code, subject: path) }
  }
  let (directory, name) = splitPath(path)
  let parent = try makeDirectoriesInRoot(root, directory)
  let file = try openFile(name, in: parent, [.writeOnly, .create, .exclusive, .noFollow], mode: mode)
  _ = consume file
  return try openInRoot(root, path, .path)
}

/// The directory part and the last component of a path: `/a/b/` gives `/a` and `b`.
package func splitPath(_ path: String) -> (directory: String, name: String) {
  // Bytes, as the kernel sees them: as a character, a slash may have been swallowed by a combining mark after it.
  let slash = UInt8(ascii: "/")
  var trimmed = path.utf8[...]
  while trimmed.count > 1, trimmed.last == slash { trimmed.removeLast() }
  guard let last = trimmed.lastIndex(of: slash) else { return (".", String(Substring(trimmed))) }
  let name = String(Substring(trimmed[trimmed.index(after: last)...]))
  return (last == trimmed.startIndex ? "/" : String(Substring(trimmed[..<last])), name)
}

/// Components with one slash between each two.
package func joinPath(_ components: [String]) -> String {
  var path = ""
  for component in components {
    if !path.isEmpty { path.append("/") }
    path.append(component)
  }
  return path
}

/// The components of a path, without the empty ones that slashes in a row make.
package func pathComponents(_ path: String) -> [String] {
  var components: [String] = []
  for component in path.utf8.split(separator: UInt8(ascii: "/")) {
    components.append(String(Substring(component)))
  }
  return components
}
