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

/// Opens `path` below `directory`, which neither `..` nor a symbolic link leaves: EXDEV for a link that is absolute or
/// leads out, also one that was put there a moment ago; links that stay inside are followed. Calls `openat2(2)`.
package func openInside(
  _ directory: borrowing OwnedDescriptor, _ path: String, _ flags: OpenFlags
) throws(SystemError) -> OwnedDescriptor {
  try openResolved(directory, path, flags, 0, clinux_RESOLVE_BENEATH | clinux_RESOLVE_NO_MAGICLINKS)
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
///   - path: absolute or relative, always taken from `root`; links on the way are followed inside it, and one that leads
///     to nothing gets what it leads to, as runc does it.
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
  return try openInRoot(root, try makeInRoot(root, path, directoryMode: mode), [.path, .directory])
}

/// Makes an empty regular file at `path` below `root`, with its parents, unless something is there.
///
/// The file itself is created with O_EXCL and O_NOFOLLOW below the opened parent, so a link planted at its name is
/// never followed to a place outside (CVE-2024-45310). One that leads to nothing is looked up inside: the file is made
/// where it leads.
/// - Returns: what is at `path` now, opened for path use only.
package func makeFileInRoot(
  _ root: borrowing OwnedDescriptor, _ path: String, mode: UInt32 = 0o644
) throws(SystemError) -> OwnedDescriptor {
  do throws(SystemError) { return try openInRoot(root, path, .path) } catch {
    guard error.code == ENOENT else { throw SystemError("create", code: error.code, subject: path) }
  }
  return try openInRoot(root, try makeInRoot(root, path, directoryMode: 0o755, fileMode: mode), .path)
}

/// Makes what is missing on `path`, name by name, each below its opened parent.
///
/// The links that lead to nothing are resolved here and not by the kernel, which would not tell where to; what comes of
/// it is only ever another path that is opened in the root again, so that a link which changes meanwhile changes the
/// place and never leads out.
/// - Parameter fileMode: of the last component when that is a file; nil makes a directory.
/// - Returns: the path without those links.
private func makeInRoot(
  _ root: borrowing OwnedDescriptor, _ path: String, directoryMode: UInt32, fileMode: UInt32? = nil
) throws(SystemError) -> String {
  // The last is the next one.
  var pending: [String] = pathComponents(path).reversed()
  var (done, followed) = ("", 0)
  while let component = pending.popLast() {
    if component == "." { continue }
    let parent = try openInRoot(root, done.isEmpty ? "/" : done, [.path, .directory])
    let place = "\(done)/\(component)"
    // `..` cannot be made; the kernel resolves it within the root when opened below.
    if component != ".." {
      do throws(SystemError) {
        if pending.isEmpty, let fileMode {
          _ = try openFile(
            component, in: parent, [.writeOnly, .create, .exclusive, .noFollow], mode: fileMode)
        } else {
          let base = parent.raw
          try checkDone("mkdir", place) { unsafe mkdirat(base, component, directoryMode) }
        }
      } catch {
        guard error.code == EEXIST else { throw error }
        if let target = try danglingLink(root, place, component, in: parent) {
          followed += 1
          // As many as the kernel follows (path_resolution(7)).
          guard followed <= 40 else { throw SystemError("mkdir", code: ELOOP, subject: path) }
          if target.utf8.first == UInt8(ascii: "/") { done = "" }
          pending += pathComponents(target).reversed()
          continue
        }
      }
    }
    done = place
  }
  return done.isEmpty ? "/" : done
}

/// Where the link `name` leads; nil when it is no link, or there is something.
private func danglingLink(
  _ root: borrowing OwnedDescriptor, _ place: String, _ name: String, in parent: borrowing OwnedDescriptor
) throws(SystemError) -> String? {
  let itself = try openFile(name, in: parent, [.path, .noFollow])
  guard try fileStatus(of: itself).kind == .symbolicLink else { return nil }
  do throws(SystemError) {
    _ = try openInRoot(root, place, .path)
    return nil
  } catch { guard error.code == ENOENT else { throw error } }
  return String(decoding: try readLinkBytes(itself), as: UTF8.self)
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
