internal import CLinux
internal import Glibc

/// A run of ids of a user namespace: one line of `/proc/PID/uid_map` (user_namespaces(7)).
package struct IDRange: Sendable, Equatable {
  /// The first id inside the namespace.
  package let inside: UInt32
  /// The first id outside: in the namespace of whoever writes or reads the map.
  package let outside: UInt32
  /// How many ids follow each other.
  package let count: UInt32

  package init(inside: UInt32, outside: UInt32, count: UInt32) {
    self.inside = inside
    self.outside = outside
    self.count = count
  }

  /// The id outside that belongs to one inside; nil when this run does not hold it.
  package func outside(of id: UInt32) -> UInt32? {
    guard id >= inside, id - inside < count else { return nil }
    return outside &+ (id - inside)
  }
}

/// Which ids a user namespace has.
package struct IDMappings: Sendable, Equatable {
  package let users: [IDRange]
  package let groups: [IDRange]

  package init(users: [IDRange], groups: [IDRange]) {
    self.users = users
    self.groups = groups
  }

  /// The user outside that belongs to one inside; nil when it is not mapped.
  package func user(_ id: UInt32) -> UInt32? { users.lazy.compactMap { $0.outside(of: id) }.first }

  /// The group outside that belongs to one inside; nil when it is not mapped.
  package func group(_ id: UInt32) -> UInt32? { groups.lazy.compactMap { $0.outside(of: id) }.first }

  /// The mappings of the namespace that a process is in, as this process sees them.
  package init(ofPID pid: Int32) throws(SystemError) {
    users = try IDMappings.read("/proc/\(pid)/uid_map")
    groups = try IDMappings.read("/proc/\(pid)/gid_map")
  }

  /// Whether it maps every id to itself, as the first user namespace does.
  package var isInitial: Bool {
    users == [IDRange(inside: 0, outside: 0, count: UInt32.max)]
  }

  private static func read(_ path: String) throws(SystemError) -> [IDRange] {
    try readText(path).split(separator: "\n").compactMap { line in
      let numbers = line.split(separator: " ").compactMap { UInt32($0) }
      return numbers.count == 3
        ? IDRange(inside: numbers[0], outside: numbers[1], count: numbers[2]) : nil
    }
  }
}

/// Whether this process is in a user namespace other than the first, where root may not do all that root does.
package func isInUserNamespace() throws(SystemError) -> Bool {
  let separators = [UInt8(ascii: " "), UInt8(ascii: "\n")]
  let fields = try readText("/proc/self/uid_map").utf8.split { separators.contains($0) }
  // Of the first there is one line: every id is itself (user_namespaces(7)).
  return
    !(fields.count == 3 && fields[0].elementsEqual("0".utf8) && fields[1].elementsEqual("0".utf8)
    && fields[2].elementsEqual("4294967295".utf8))
}

/// Opens a file of a process's directory in procfs: no symbolic link and no other mount on the way, and procfs it must
/// be (CVE-2025-52881). The caller sees to it that the pid is still that process's: a child not yet reaped.
package func openProcessFile(
  _ name: String, ofPID pid: Int32, _ flags: OpenFlags
) throws(SystemError) -> OwnedDescriptor {
  let root = try openFile("/proc", [.path, .directory])
  guard try fileSystemType(of: root) == FileSystemMagic.proc else {
    throw SystemError("open", code: ErrorCode.invalid, subject: "/proc is not procfs")
  }
  return try openBeneath(root, "\(pid)/\(name)", flags)
}

/// Writes a value, in one call, to a file of a process's directory in procfs.
package func writeProcessFile(_ name: String, ofPID pid: Int32, _ text: String) throws(SystemError) {
  let file = try openProcessFile(name, ofPID: pid, .writeOnly)
  do throws(SystemError) {
    guard try file.write(Array(text.utf8)) == text.utf8.count else {
      throw SystemError("write", code: ErrorCode.inputOutput)
    }
  } catch { throw SystemError("write", code: error.code, subject: "/proc/\(pid)/\(name)") }
}

/// Device and inode: what tells one namespace from another (ioctl_ns(2)).
package struct NamespaceIdentity: Sendable, Equatable {
  package let device: UInt64
  package let inode: UInt64

  /// Of an open namespace file.
  package init(_ namespace: borrowing OwnedDescriptor) throws(SystemError) {
    let status = try fileStatus(of: namespace)
    (device, inode) = (status.device, status.inode)
  }
}

/// The user namespace that owns a namespace, opened. Calls `ioctl(2)` NS_GET_USERNS; EPERM when it is outside this
/// process's own.
package func owner(ofNamespace namespace: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor {
  let number = namespace.raw
  return OwnedDescriptor(
    owning: try check("ioctl NS_GET_USERNS") { clinux_ioctl(number, UInt64(clinux_NS_GET_USERNS), 0) })
}
