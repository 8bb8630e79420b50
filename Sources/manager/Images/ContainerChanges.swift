internal import LinuxSystem

/// One line of `diff`.
package struct ContainerChange: Sendable, Equatable, CustomStringConvertible {
  /// What became of a file.
  package enum Kind: String, Sendable {
    case added = "A"
    case changed = "C"
    case deleted = "D"
  }

  /// What became of it.
  package let kind: Kind
  /// Absolute; bytes, which need not be UTF-8.
  package let path: [UInt8]

  /// `A /etc/hosts`.
  package var description: String { "\(kind.rawValue) \(String(decoding: path, as: UTF8.self))" }
}

/// Finds what a writable layer changes of the layers below it, by docker's rules (moby, daemon/graphdriver/fsdiff.go and
/// archive/changes.go): a directory has changed when something below it has, or its mode or owner; the time of a directory
/// does not count.
package struct ContainerChanges {
  /// Absolute path of the writable layer.
  private let upper: String
  private var found: [ContainerChange] = []
  /// What the runtime makes to mount something on; whoever looks did not do that.
  private static let mountPoints: Set<String> = [
    "/dev", "/proc", "/sys", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
  ]

  /// - Parameter lower: the layers below, top first.
  /// - Returns: the changes, sorted by path.
  /// - Throws: `.system`.
  package static func find(upper: String, lower: [String]) throws(ImageError) -> [ContainerChange] {
    var changes = ContainerChanges(upper: upper)
    do throws(SystemError) {
      let top = try openFile(upper, [.readOnly, .directory])
      _ = try changes.walk(top, over: try LowerDirectory(layers: lower), at: [])
    } catch { throw .system(error) }
    return changes.found.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  private init(upper: String) { self.upper = upper }

  /// Looks through a directory by descriptors, so that a link that takes the place of one leads nowhere.
  /// - Returns: whether anything in it, or below, has changed.
  private mutating func walk(
    _ directory: borrowing OwnedDescriptor, over lower: LowerDirectory?, at path: [UInt8]
  ) throws(SystemError) -> Bool {
    var hasChanged = false
    let names = try listRawNames(try openRawName(Array(".".utf8), in: directory, [.readOnly, .directory]))
    for name in names {
      do throws(SystemError) {
        if try look(name, in: directory, over: lower, at: path + [UInt8(ascii: "/")] + name) {
          hasChanged = true
        }
      } catch {
        // Of a container that runs: gone meanwhile.
        guard error.code == ErrorCode.noEntry else { throw error }
      }
    }
    return hasChanged
  }

  private mutating func look(
    _ name: [UInt8], in directory: borrowing OwnedDescriptor, over lower: LowerDirectory?, at path: [UInt8]
  ) throws(SystemError) -> Bool {
    let status = try fileStatus(of: try openRawName(name, in: directory, [.path, .noFollow]))
    let old = try lower?.entry(name)
    if isWhiteout(status) {
      if old != nil { add(.deleted, path) }
      return old != nil
    }
    guard status.kind == .directory else {
      guard let old else { return isMountPoint(path, size: status.sizeBytes) ? false : add(.added, path) }
      return try differs(status, old, path) ? add(.changed, path) : false
    }
    let inner = try openRawName(name, in: directory, [.readOnly, .directory, .noFollow])
    guard let old else {
      let place = found.count
      let hasChildren = try walk(inner, over: nil, at: path)
      if !hasChildren, isMountPoint(path, size: 0) { return false }
      found.insert(ContainerChange(kind: .added, path: path), at: place)
      return true
    }
    var isChanged = old.status.kind != .directory || !hasSameOwnerAndMode(status, old.status)
    if let below = old.directory, try isOpaqueDirectory(Array(upper.utf8) + path) {
      let kept = Set(try listRawNames(try openRawName(Array(".".utf8), in: inner, [.readOnly, .directory])))
      for gone in try below.names() where !kept.contains(gone) {
        isChanged = add(.deleted, path + [UInt8(ascii: "/")] + gone)
      }
    }
    if try walk(inner, over: old.directory, at: path) { isChanged = true }
    return isChanged ? add(.changed, path) : false
  }

  @discardableResult
  private mutating func add(_ kind: ContainerChange.Kind, _ path: [UInt8]) -> Bool {
    found.append(ContainerChange(kind: kind, path: path))
    return true
  }

  private func isMountPoint(_ path: [UInt8], size: Int64) -> Bool {
    size == 0 && Self.mountPoints.contains(String(decoding: path, as: UTF8.self))
  }

  private func differs(_ status: FileStatus, _ old: LowerDirectory.Entry, _ path: [UInt8]) throws(SystemError)
    -> Bool
  {
    let before = old.status
    guard status.kind == before.kind, hasSameOwnerAndMode(status, before),
      status.sizeBytes == before.sizeBytes,
      (status.major, status.minor) == (before.major, before.minor),
      status.modifiedSeconds == before.modifiedSeconds
    else { return true }
    // Some layers keep whole seconds only.
    let (a, b) = (status.modifiedNanoseconds, before.modifiedNanoseconds)
    if a != b, a != 0, b != 0 { return true }
    guard status.kind == .regular else { return false }
    return try capability(Array(upper.utf8) + path) != capability(old.path)
  }

  private func hasSameOwnerAndMode(_ a: FileStatus, _ b: FileStatus) -> Bool {
    a.permissions == b.permissions && a.userID == b.userID && a.groupID == b.groupID
  }

  private func capability(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
    do throws(SystemError) { return try extendedAttribute("security.capability", of: path) } catch {
      if error.code == ErrorCode.noData || error.code == ErrorCode.notSupported { return [] }
      throw error
    }
  }
}
