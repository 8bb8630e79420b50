internal import CLinux
internal import Glibc

/// What kind of thing a file is (inode(7)).
package enum FileKind: Sendable, Equatable {
  case regular, directory, symbolicLink, characterDevice, blockDevice, fifo, socket, unknown
}

/// The part of `struct stat` that this engine asks for.
package struct FileStatus: Sendable {
  package let kind: FileKind
  /// Permission bits with set-id and sticky bits (mask 0o7777).
  package let permissions: UInt32
  package let userID: UInt32
  package let groupID: UInt32
  package let sizeBytes: Int64
  package let device: UInt64
  package let inode: UInt64
  package let linkCount: UInt64
  /// For device nodes: which device (`major`, `minor`).
  package let major: UInt32
  package let minor: UInt32
  /// Seconds since 1970.
  package let modifiedSeconds: Int64
  /// What is beyond them.
  package let modifiedNanoseconds: Int64

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .unknown
      }
    permissions = status.st_mode & 0o7777
    userID = status.st_uid
    groupID = status.st_gid
    sizeBytes = Int64(status.st_size)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    linkCount = UInt64(status.st_nlink)
    major = clinux_major(UInt64(status.st_rdev))
    minor = clinux_minor(UInt64(status.st_rdev))
    modifiedSeconds = Int64(status.st_mtim.tv_sec)
    modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
  }
}

/// What an open file is. Calls `fstat(2)`.
package func fileStatus(of file: borrowing OwnedDescriptor) throws(SystemError) -> FileStatus {
  let number = file.raw
  var status = stat()
  try checkDone("fstat") { unsafe fstat(number, &status) }
  return FileStatus(status)
}

/// What one of the standard descriptors is. Calls `fstat(2)`.
package func fileStatus(of file: StandardDescriptor) throws(SystemError) -> FileStatus {
  var status = stat()
  try checkDone("fstat") { unsafe fstat(file.rawValue, &status) }
  return FileStatus(status)
}

/// What `path` is; a symbolic link at the end is followed unless `follow` is false. Calls `fstatat(2)`.
package func fileStatus(_ path: String, follow: Bool = true) throws(SystemError) -> FileStatus {
  var status = stat()
  try checkDone("stat", path) {
    unsafe fstatat(AT_FDCWD, path, &status, follow ? 0 : Int32(clinux_AT_SYMLINK_NOFOLLOW))
  }
  return FileStatus(status)
}

/// Whether anything is at `path`. A path that cannot be looked at counts as absent.
package func fileExists(_ path: String) -> Bool {
  do throws(SystemError) { return try fileStatus(path).linkCount >= 0 } catch { return false }
}

/// The magic number of the file system that holds an open file (`FileSystemMagic`). Calls `fstatfs(2)`.
package func fileSystemType(of file: borrowing OwnedDescriptor) throws(SystemError) -> Int64 {
  let number = file.raw
  var type: Int64 = 0
  try checkDone("fstatfs") { unsafe clinux_fstatfs_type(number, &type) }
  return type
}

/// File system magic numbers, statfs(2).
package enum FileSystemMagic {
  package static var proc: Int64 { clinux_PROC_SUPER_MAGIC }
  package static var cgroup: Int64 { clinux_CGROUP_SUPER_MAGIC }
  package static var cgroup2: Int64 { clinux_CGROUP2_SUPER_MAGIC }
  package static var tmpfs: Int64 { clinux_TMPFS_MAGIC }
  package static var selinux: Int64 { clinux_SELINUX_MAGIC }
  package static var sysfs: Int64 { clinux_SYSFS_MAGIC }
}
