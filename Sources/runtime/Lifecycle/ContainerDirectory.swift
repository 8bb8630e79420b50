internal import LinuxSystem

/// Where containers are kept: the runtime's `--root`, one directory a container.
package struct ContainerStore: Sendable {
  /// Absolute.
  package let root: String
  /// Takes what should be known but stops nothing: a line for the log.
  package let warn: @Sendable (String) -> Void

  /// Whether cgroups are made only where they were delegated.
  let rootless: Rootless

  package init(
    root: String, rootless: Rootless = .auto, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.root = root
    self.rootless = rootless
    self.warn = warn
  }

  func path(_ id: String) -> String { "\(root)/\(id)" }

  /// Where compiled seccomp programs are kept; no container can have this ID.
  var filterCache: String { "\(root)/~seccomp" }

  /// An ID is a file name of letters, digits and `_+-.` (libcontainer's `validateID`).
  static func validate(_ id: String) throws(LifecycleError) {
    let allowed = id.utf8.allSatisfy {
      ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || "_+-.".utf8.contains($0)
    }
    guard allowed, !id.isEmpty, id != ".", id != "..", id.utf8.count <= 255 else {
      throw .invalidIdentifier(id)
    }
  }

  /// The IDs of all containers, sorted. No root is no containers.
  /// - Parameter mayLackRoot: whether none are there when there is no directory for them.
  func identifiers(mayLackRoot: Bool = true) throws(LifecycleError) -> [String] {
    do throws(SystemError) {
      return try listDirectory(root).filter { fileExists("\(path($0))/\(ContainerRecord.fileName)") }
    } catch {
      if mayLackRoot, error.code == ErrorCode.noEntry { return [] }
      throw .system(what: "list containers", error)
    }
  }

  /// Makes and locks a new container's directory. It disappears with the guard unless it is kept.
  func create(_ id: String) throws(LifecycleError) -> ContainerDirectoryGuard {
    try ContainerStore.validate(id)
    do throws(SystemError) {
      try makeDirectories(root, mode: 0o700)
      try makeDirectory(path(id), mode: 0o700)
    } catch {
      if error.code == ErrorCode.exists { throw .alreadyExists(id) }
      throw .system(what: "create container \"\(id)\"", error)
    }
    let lock = try during("") { () throws(SystemError) in try DirectoryLock(path(id)) }
    return ContainerDirectoryGuard(path: path(id), lock: lock)
  }

  /// Locks an existing container's directory for an operation that changes something.
  func lock(_ id: String) throws(LifecycleError) -> DirectoryLock {
    try ContainerStore.validate(id)
    do throws(SystemError) { return try DirectoryLock(path(id)) } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { throw .doesNotExist(id) }
      throw .system(what: "", error)
    }
  }

  /// The facts about a container and what it is doing now.
  /// - Parameter isLocked: whether the caller has the container's lock, so that nobody is still making it.
  /// - Throws: `LifecycleError.doesNotExist` when there is none, `.incomplete` when there is no more than its directory.
  package func container(_ id: String, isLocked: Bool = false) throws(LifecycleError) -> Container {
    try ContainerStore.validate(id)
    do throws(LifecycleError) {
      return try Container(record: ContainerRecord.read(from: path(id), id: id), directory: path(id))
    } catch {
      guard case .doesNotExist = error, fileExists(path(id)) else { throw error }
      throw .incomplete(id, isBeingMade: isLocked ? false : try isBeingMade(id))
    }
  }

  /// Whether whoever makes a container is still at work: it holds the lock until the container is complete.
  func isBeingMade(_ id: String) throws(LifecycleError) -> Bool {
    try during("") { () throws(SystemError) in try LinuxSystem.isLocked(path(id)) }
  }
}

/// A directory that is removed again unless it is kept.
struct ContainerDirectoryGuard: ~Copyable {
  let path: String
  private let lock: DirectoryLock
  private var kept: Bool

  init(path: String, lock: consuming DirectoryLock) {
    self.path = path
    self.lock = lock
    kept = false
  }

  /// Lets others change the container until `retake`.
  func release() throws(LifecycleError) { try during(path) { () throws(SystemError) in try lock.release() } }

  /// Waits until nobody else changes the container.
  /// - Returns: false when somebody has deleted it.
  func retake() throws(LifecycleError) -> Bool {
    try during(path) { () throws(SystemError) in try lock.retake() }
  }

  /// Leaves the directory; the lock is released.
  consuming func keep() { kept = true }

  deinit {
    if kept { return }
    do throws(SystemError) { try remove() } catch {
      StandardDescriptor.error.print("remove \(path): \(error)\n")
    }
  }

  /// Mostly there are two files, and nothing need be searched for.
  private func remove() throws(SystemError) {
    try removeFileIfThere("\(path)/config.json")
    try removeFileIfThere("\(path)/\(ContainerRecord.fileName)")
    do throws(SystemError) { try removeEmptyDirectory(path) } catch { try removeTree(path) }
  }
}
