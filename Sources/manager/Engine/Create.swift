package import Images
internal import LinuxSystem
internal import Options
internal import ShimProtocol
package import Store

extension ContainerEngine {
  /// The images below the same root.
  package var images: ImageStore { ImageStore(store) }

  /// Makes a container that can be started: directory, files, row. Nothing is mounted and nothing runs.
  ///
  /// - Parameter runtime: an OCI runtime for this container; nil takes the general one.
  /// - Throws: `EngineError`; then nothing is left behind.
  package func create(
    _ request: CreateRequest, runtime: String? = nil
  ) throws(EngineError) -> ContainerRecord {
    let new = try makeContainer(request, runtime: runtime) { _, _ in }
    record(["create"], new.record, new.settings)
    return new.record
  }

  /// As `create`; the container's lock is still held, so that whoever goes on to start it is not overtaken, and nothing
  /// is told yet.
  ///
  /// The order is spec/state-layout.md's: the directory under its lock, the files in it, the mount, and only then the
  /// row. A process killed in between leaves a directory without a row, which the next command sweeps.
  /// - Parameter ready: mounts what the container is started with; its result is handed on. Before the row: one of `--rm`
  ///   whose manager was killed is found by its mount and removed.
  func makeContainer<Readiness: ~Copyable>(
    _ request: CreateRequest, runtime: String?,
    ready: (String, ContainerSettings) throws(EngineError) -> Readiness
  ) throws(EngineError) -> NewContainer<Readiness> {
    try sweep()
    let wanted = try resolve(request, runtime: runtime)
    let id = wanted.id
    var settings = wanted.settings
    let place = try makeDirectory(of: id)
    let volumes = try claimVolumes(&settings, wanted.volumeChoices)
    try writeFiles(of: id, settings)
    if volumes != nil { try fillVolumes(id, settings) }
    let readiness = try ready(id, settings)
    let record = try insert(
      wanted.request, id: id, imageID: wanted.imageID, settings, volumes: volumes?.mounted ?? [])
    for name in try volumes?.keep() ?? [] { self.record(.volume("create", name)) }
    return NewContainer(
      record: record, settings: settings, lock: place.keep(), newVolumes: volumes?.newNames ?? [],
      readiness: readiness)
  }

  /// 64 random hex digits, of which the first twelve are not all decimal: they become a host name, and one of digits
  /// only would be taken for an address.
  static func newID() throws(EngineError) -> String {
    do throws(SystemError) {
      while true {
        let id = hexadecimal(try randomBytes(32))
        if id.utf8.prefix(12).contains(where: { $0 > UInt8(ascii: "9") }) { return id }
      }
    } catch { throw EngineError("make an id", error) }
  }

  private func makeDirectory(of id: String) throws(EngineError) -> LockedDirectory {
    let path = paths.containerDirectory(id)
    do throws(SystemError) {
      // A sweep that takes the lock in the instant before we do finds no row and removes the directory.
      for _ in 0..<16 {
        try LinuxSystem.makeDirectory(path, mode: 0o710)
        let undo = DirectoryGuard(path: path)
        do throws(SystemError) { return LockedDirectory(undo: undo, lock: try DirectoryLock(path)) } catch {
          guard error.code == ErrorCode.noEntry else { throw error }
        }
      }
      throw SystemError("lock", code: ErrorCode.busy, subject: path)
    } catch { throw EngineError("make container", error) }
  }

  /// One transaction; the name is unique by constraint. A made-up name that is taken is replaced by another.
  private func insert(
    _ request: CreateRequest, id: String, imageID: String, _ settings: ContainerSettings,
    volumes: [MountedVolume]
  ) throws(EngineError) -> ContainerRecord {
    let json = settings.json
    let endpoints = try endpoints(request, of: id)
    let ports = settings.portRecords(request.published, of: id)
    var attempt = 0
    while true {
      let name: String
      if let given = request.name { name = given.text } else { name = try Self.madeUpName(attempt) }
      var record = ContainerRecord(
        id: id, name: name, imageID: imageID,
        imageReference: request.image, createdAt: Timestamp.now(), settings: json,
        autoRemove: request.autoRemove)
      record.usesVolumes = !volumes.isEmpty
      do throws(StoreError) {
        try store.insertContainer(
          record, volumes: volumes, images: Set(settings.mounts.compactMap(\.image?.id)),
          endpoints: endpoints, ports: ports, links: request.wantedLinks)
        return record
      } catch {
        guard case .nameInUse = error, request.name == nil, attempt < 64 else { throw EngineError(error) }
        attempt += 1
      }
    }
  }

  private static func madeUpName(_ attempt: Int) throws(EngineError) -> String {
    do throws(SystemError) { return NameGenerator.name(try randomBytes(4), attempt: attempt) } catch {
      throw EngineError("make a name", error)
    }
  }
}

/// A container that was just made, with its lock.
struct NewContainer<Readiness: ~Copyable>: ~Copyable {
  let record: ContainerRecord
  let settings: ContainerSettings
  let lock: DirectoryLock
  /// The volumes that were made for it.
  let newVolumes: [String]
  let readiness: Readiness
}

/// A container's new directory: removed again unless it is kept, and locked until the lock ends.
struct LockedDirectory: ~Copyable {
  let undo: DirectoryGuard
  let lock: DirectoryLock

  /// The directory stays.
  consuming func keep() -> DirectoryLock {
    undo.keep()
    return lock
  }
}

extension EngineError {
  /// The image room's refusal, with its kind.
  package init(_ error: ImageError) {
    switch error {
    case .store(let error): self.init(error)
    case .reference, .badSource: self.init(.invalid, error.description)
    case .otherPlatform: self.init(.notFound, error.description)
    case .conflict: self.init(.conflict, error.description)
    case .system, .document, .digestMismatch, .failed: self.init(.failed, error.description)
    }
  }
}
