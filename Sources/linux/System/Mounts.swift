internal import CLinux
internal import Glibc

/// Flags of mount(2).
package struct MountFlags: OptionSet, Sendable, Hashable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  /// Spelled out, since the standard library's is generic and every first use of it costs a start some 10 µs.
  package init(arrayLiteral elements: MountFlags...) {
    var bits: RawValue = 0
    for element in elements { bits |= element.rawValue }
    rawValue = bits
  }

  package static let readOnly = MountFlags(rawValue: clinux_MS_RDONLY)
  package static let noSetUID = MountFlags(rawValue: clinux_MS_NOSUID)
  package static let noDevices = MountFlags(rawValue: clinux_MS_NODEV)
  package static let noExecution = MountFlags(rawValue: clinux_MS_NOEXEC)
  package static let synchronous = MountFlags(rawValue: clinux_MS_SYNCHRONOUS)
  package static let remount = MountFlags(rawValue: clinux_MS_REMOUNT)
  package static let mandatoryLocks = MountFlags(rawValue: clinux_MS_MANDLOCK)
  package static let directorySynchronous = MountFlags(rawValue: clinux_MS_DIRSYNC)
  package static let noSymbolicLinks = MountFlags(rawValue: clinux_MS_NOSYMFOLLOW)
  package static let noAccessTime = MountFlags(rawValue: clinux_MS_NOATIME)
  package static let noDirectoryAccessTime = MountFlags(rawValue: clinux_MS_NODIRATIME)
  package static let bind = MountFlags(rawValue: clinux_MS_BIND)
  package static let move = MountFlags(rawValue: clinux_MS_MOVE)
  package static let recursive = MountFlags(rawValue: clinux_MS_REC)
  package static let silent = MountFlags(rawValue: clinux_MS_SILENT)
  package static let unbindable = MountFlags(rawValue: clinux_MS_UNBINDABLE)
  package static let `private` = MountFlags(rawValue: clinux_MS_PRIVATE)
  package static let slave = MountFlags(rawValue: clinux_MS_SLAVE)
  package static let shared = MountFlags(rawValue: clinux_MS_SHARED)
  package static let relativeAccessTime = MountFlags(rawValue: clinux_MS_RELATIME)
  package static let inodeVersion = MountFlags(rawValue: clinux_MS_I_VERSION)
  package static let strictAccessTime = MountFlags(rawValue: clinux_MS_STRICTATIME)
  package static let lazyTime = MountFlags(rawValue: clinux_MS_LAZYTIME)

  /// The flags that belong to a mount rather than to its file system: a bind mount's, set by a remount.
  package static let perMount: MountFlags = [
    .readOnly, .noSetUID, .noDevices, .noExecution, .noSymbolicLinks, .noAccessTime, .noDirectoryAccessTime,
    .relativeAccessTime, .strictAccessTime,
  ]
}

/// Mounts. Calls `mount(2)`.
/// - Parameters:
///   - source: what the file system wants, or the path to bind.
///   - target: a path; `OwnedDescriptor.procPath()` of a resolved target where the root is untrusted.
///   - type: the file system; nil for binds, remounts and propagation.
///   - data: the file system's own options, comma separated.
package func mount(
  _ source: String, on target: String, type: String? = nil, _ flags: MountFlags = [], data: String? = nil,
  named name: String? = nil
) throws(SystemError) {
  let bits = UInt(bitPattern: Int(flags.rawValue))
  try checkDone("mount", "\(type ?? source) on \(name ?? target)") {
    guard let data else { return unsafe Glibc.mount(source, target, type, bits, nil) }
    return unsafe data.withCString { text in unsafe Glibc.mount(source, target, type, bits, text) }
  }
}

/// Unmounts, lazily: a mount that is busy disappears from the tree now and from the kernel later. The last
/// component is not followed when it is a link. Calls `umount2(2)`.
package func unmountLazily(_ target: String) throws(SystemError) {
  try checkDone("umount", target) {
    unsafe umount2(target, Int32(clinux_MNT_DETACH | clinux_UMOUNT_NOFOLLOW))
  }
}

/// Unmounts; EBUSY when it is in use. Calls `umount2(2)`.
package func unmount(_ target: String) throws(SystemError) {
  try checkDone("umount", target) { unsafe umount2(target, Int32(clinux_UMOUNT_NOFOLLOW)) }
}

/// Makes the working directory the root of this mount namespace, with the old root on top of it; the caller then
/// calls `releaseOldRoot` where the old root is, and changes to `/` (pivot_root(2), "pivot_root(".", ".")").
package func pivotRootToWorkingDirectory() throws(SystemError) {
  try checkDone("pivot_root") { unsafe clinux_pivot_root(".", ".") }
}

/// Unmounts the old root, which is the working directory, and all that lies over it: where the host's root has another
/// mount on top (`mount --bind / /`), `.` leads to the upper one, and the lower one would stay over the new root. This
/// process would not see it, but whoever joins the mount namespace stands in what is on top (setns(2)): in the host.
/// As a slave first, or taking it away here would take it away from the host.
package func releaseOldRoot() throws(SystemError) {
  var isReleased = false
  while true {
    do throws(SystemError) {
      try mount("none", on: ".", [.slave, .recursive])
      try unmountLazily(".")
      isReleased = true
    } catch {
      // Not a mount of this namespace any more.
      guard isReleased, error.code == ErrorCode.invalid else { throw error }
      return
    }
  }
}

/// Changes the root directory. Calls `chroot(2)`.
package func changeRoot(_ path: String) throws(SystemError) {
  try checkDone("chroot", path) { unsafe chroot(path) }
}

/// The attributes of a mount, for mount_setattr(2), recursive or not.
package struct MountAttributes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Spelled out, since the standard library's is generic and every first use of it costs a start some 10 µs.
  package init(arrayLiteral elements: MountAttributes...) {
    var bits: RawValue = 0
    for element in elements { bits |= element.rawValue }
    rawValue = bits
  }

  package static let readOnly = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_RDONLY))
  package static let noSetUID = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_NOSUID))
  package static let noDevices = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_NODEV))
  package static let noExecution = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_NOEXEC))
  package static let accessTimeMask = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR__ATIME))
  package static let noAccessTime = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_NOATIME))
  package static let strictAccessTime = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_STRICTATIME))
  package static let noDirectoryAccessTime = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_NODIRATIME))
  package static let noSymbolicLinks = MountAttributes(rawValue: UInt64(clinux_MOUNT_ATTR_NOSYMFOLLOW))
}

/// Sets and clears attributes of a mount, and of all below it when `recursive`. Calls `mount_setattr(2)`.
/// - Parameter mount: the mount's root, opened.
package func setMountAttributes(
  _ mount: borrowing OwnedDescriptor, set: MountAttributes, clear: MountAttributes, recursive: Bool,
  named name: String
) throws(SystemError) {
  let number = mount.raw
  let flags = UInt32(clinux_AT_EMPTY_PATH) | (recursive ? UInt32(clinux_AT_RECURSIVE) : 0)
  try checkDone("mount_setattr", name) {
    unsafe clinux_mount_setattr(number, "", flags, set.rawValue, clear.rawValue, 0, 0)
  }
}

/// Changes the propagation of a detached mount and of all below it. Calls `mount_setattr(2)`.
package func setMountPropagation(
  _ mount: borrowing OwnedDescriptor, _ propagation: MountFlags, named name: String
) throws(SystemError) {
  let number = mount.raw
  let flags = UInt32(clinux_AT_EMPTY_PATH | clinux_AT_RECURSIVE)
  try checkDone("mount_setattr", name) {
    unsafe clinux_mount_setattr(number, "", flags, 0, 0, UInt64(propagation.rawValue), 0)
  }
}

/// Maps the ids of a detached mount, and of all below it when `recursive`, as the user namespace does: an id inside it
/// is the file system's, the one outside is what the mount shows. Calls `mount_setattr(2)` MOUNT_ATTR_IDMAP.
/// - Throws: `SystemError`; EINVAL when the file system cannot do it, EPERM when it is mounted in a namespace that is
///   not this process's.
package func setMountIDMap(
  _ mount: borrowing OwnedDescriptor, userNamespace: borrowing OwnedDescriptor, recursive: Bool,
  named name: String
) throws(SystemError) {
  let (number, namespace) = (mount.raw, userNamespace.raw)
  let flags = UInt32(clinux_AT_EMPTY_PATH) | (recursive ? UInt32(clinux_AT_RECURSIVE) : 0)
  try checkDone("mount_setattr idmap", name) {
    unsafe clinux_mount_setattr(
      number, "", flags, UInt64(clinux_MOUNT_ATTR_IDMAP), 0, 0, UInt64(namespace))
  }
}

/// A detached copy of the mount at `path`, with everything below it when `recursive`. Calls `open_tree(2)`.
package func cloneMountTree(_ path: String, recursive: Bool) throws(SystemError) -> OwnedDescriptor {
  let flags = clinux_OPEN_TREE_CLONE | clinux_OPEN_TREE_CLOEXEC | (recursive ? clinux_AT_RECURSIVE : 0)
  return OwnedDescriptor(
    owning: try check("open_tree", path) { unsafe clinux_open_tree(AT_FDCWD, path, UInt32(flags)) })
}

/// A detached copy of the mount below an opened file or directory. Calls `open_tree(2)`.
package func cloneMountTree(
  of place: borrowing OwnedDescriptor, recursive: Bool, named name: String
) throws(SystemError) -> OwnedDescriptor {
  let number = place.raw
  let flags =
    clinux_OPEN_TREE_CLONE | clinux_OPEN_TREE_CLOEXEC | clinux_AT_EMPTY_PATH
    | (recursive ? clinux_AT_RECURSIVE : 0)
  return OwnedDescriptor(
    owning: try check("open_tree", name) { unsafe clinux_open_tree(number, "", UInt32(flags)) })
}

/// Attaches a detached mount on top of an opened file or directory. Calls `move_mount(2)`.
package func attachMount(
  _ mount: borrowing OwnedDescriptor, on target: borrowing OwnedDescriptor, named name: String
) throws(SystemError) {
  let (from, to) = (mount.raw, target.raw)
  try checkDone("move_mount", name) {
    unsafe clinux_move_mount(
      from, "", to, "", UInt32(clinux_MOVE_MOUNT_F_EMPTY_PATH | clinux_MOVE_MOUNT_T_EMPTY_PATH))
  }
}

/// The mount flags that the kernel shows for the mount at `path`, as MS_ flags: a remount of a bind must repeat
/// those that are locked. Calls `statvfs(3)`.
package func mountFlags(at path: String) throws(SystemError) -> MountFlags {
  var status = statvfs()
  try checkDone("statvfs", path) { unsafe statvfs(path, &status) }
  let bits = Int64(status.f_flag)
  let pairs: [(Int64, MountFlags)] = [
    (clinux_ST_RDONLY, .readOnly), (clinux_ST_NOSUID, .noSetUID), (clinux_ST_NODEV, .noDevices),
    (clinux_ST_NOEXEC, .noExecution), (clinux_ST_NOATIME, .noAccessTime),
    (clinux_ST_NODIRATIME, .noDirectoryAccessTime), (clinux_ST_RELATIME, .relativeAccessTime),
  ]
  return pairs.reduce(into: []) { flags, pair in if bits & pair.0 != 0 { flags.insert(pair.1) } }
}
