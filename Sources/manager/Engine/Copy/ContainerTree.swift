internal import Images
internal import JSONDocument
internal import LinuxSystem
internal import Options
internal import Store

/// A container's file system, for as long as something is copied: one that runs as its processes see it, another as they
/// would. Who writes to one that does not run holds its lock, so that it is not started meanwhile on the same writable layer;
/// who reads holds none: `cp web:/a - | cp - web:/b` would wait for itself.
struct ContainerTree: ~Copyable {
  let record: ContainerRecord
  private let place: TreeRequest.Place
  private let mounts: [TreeRequest.Mount]
  private let readOnly: Bool
  private let workingDirectory: String?
  private let running: RunningTree?
  private let lock: DirectoryLock?

  /// Of one that runs.
  init(_ record: ContainerRecord, running: consuming RunningTree) {
    self.record = record
    self.running = consume running
    (place, mounts, readOnly, workingDirectory) = (.running, [], false, nil)
    lock = nil
  }

  /// Of one that does not run; the lock is the container's, for whoever writes.
  init(
    _ record: ContainerRecord, _ place: TreeRequest.Place, _ mounts: [TreeRequest.Mount], readOnly: Bool,
    workingDirectory: String, lock: consuming DirectoryLock?
  ) {
    self.record = record
    self.place = place
    self.mounts = mounts
    self.readOnly = readOnly
    self.workingDirectory = workingDirectory
    self.lock = consume lock
    running = nil
  }

  /// The working directory of one that does not run, which might not be there.
  var unmadeDirectory: String? { readOnly ? nil : workingDirectory }

  /// Starts a process in it.
  borrowing func start(_ task: TreeRequest.Task) throws(EngineError) -> TreeProcess {
    var request = TreeRequest(place, task)
    request.mounts = mounts
    request.readOnly = readOnly
    request.workingDirectory = workingDirectory
    switch lock {
    case .some: request.takesLayers = true
    case .none: break
    }
    do throws(ImageError) { return try TreeProcess(request, running: running) } catch {
      throw EngineError(error)
    }
  }

  /// What is at an absolute path in it.
  borrowing func status(_ path: String, follow: Bool) throws(EngineError) -> TreeStatus {
    let process = try start(.status(path: path, follow: follow))
    let (answer, complaint) = try attempt { () throws(ImageError) in
      var answer: [UInt8] = []
      while case let bytes = try process.read(), !bytes.isEmpty { answer += bytes }
      return (answer, try process.finish())
    }
    if let complaint { throw EngineError(.failed, "copy: \(complaint)") }
    do throws(DocumentError) {
      return try JSON.decode(TreeStatus.self, from: answer, file: "status")
    } catch { throw EngineError(.failed, error.description) }
  }
}

extension ContainerEngine {
  /// Opens a container's file system.
  /// - Parameter writing: whether it will be written to.
  /// - Throws: `.conflict` for one that is between two runs.
  func openTree(_ reference: String, writing: Bool) throws(EngineError) -> ContainerTree {
    let record = try find(reference)
    for _ in 0..<8 {
      let status = try status(of: record)
      if case .restarting = status { break }
      if let pid = status.pid {
        let running: RunningTree
        do throws(SystemError) { running = try RunningTree(pid: pid) } catch {
          // It has ended just now.
          if error.code == ErrorCode.noEntry || error.code == ErrorCode.noProcess { continue }
          throw EngineError("open container", error)
        }
        // Still the same run: so the pid was not another's by then.
        if try self.status(of: record).pid == pid { return ContainerTree(record, running: running) }
        continue
      }
      if status.isRunning {
        // It is just being started: whoever does that holds the lock until it is told.
        _ = try lockContainer(record.id)
        continue
      }
      let lock: DirectoryLock? = writing ? try lockContainer(record.id) : nil
      guard try !self.status(of: record).isRunning else { continue }
      let settings = try settings(of: record)
      if let mapped = settings.mounts.first(where: \.mapsOwner) {
        throw EngineError(
          .conflict, "container \(record.name) has users mapped at \(mapped.destination): start it to copy")
      }
      return ContainerTree(
        record,
        .layers(
          lower: settings.layers.reversed().map(paths.layerTree), upper: paths.upper(record.id),
          work: paths.work(record.id), target: paths.rootFileSystem(record.id)),
        copyMounts(record.id, settings), readOnly: settings.readOnlyRoot,
        workingDirectory: settings.workingDirectory, lock: lock)
    }
    throw EngineError(
      .conflict, "Container \(record.id) is restarting, wait until the container is running")
  }

  /// What a start would mount and a user would look for in it.
  private func copyMounts(_ id: String, _ settings: ContainerSettings) -> [TreeRequest.Mount] {
    let mounts = settings.mounts.filter { $0.kind != .tmpfs }.map {
      var mount = TreeRequest.Mount(
        source: source(of: $0), destination: $0.destination, readOnly: $0.readOnly)
      mount.layers = ($0.image?.layers ?? []).reversed().map(paths.layerTree)
      mount.subpath = $0.subpath
      return mount
    }
    // As a start mounts them: what is at `/etc` itself comes first.
    return mounts.filter { $0.destination == "/etc" } + etcMounts(id, settings)
      + mounts.filter { $0.destination != "/etc" }
  }

  /// The files of its own below `/etc`, where nothing of the user's is: without them a copy would be of the empty file
  /// that they are mounted on, and what is copied there would be gone at the next start.
  private func etcMounts(_ id: String, _ settings: ContainerSettings) -> [TreeRequest.Mount] {
    let taken = Set(settings.mounts.map(\.destination))
    return etcFiles(id, settings).filter { !taken.contains($0.destination) && fileExists($0.source) }.map {
      TreeRequest.Mount(source: $0.source, destination: $0.destination, readOnly: settings.readOnlyRoot)
    }
  }
}
