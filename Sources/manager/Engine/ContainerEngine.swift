internal import LinuxSystem
package import Store

/// The engine: typed requests in, values out. It prints nothing and keeps nothing in memory between two calls; the
/// truth is in the database, the shims and the exit records. Each verb is in a file of its own.
package struct ContainerEngine: Sendable {
  /// The database.
  package let store: Store
  /// What is started.
  package let programs: Programs
  /// Is told, by a line each, what does not keep a command from its end but should be known.
  let warn: @Sendable (String) -> Void
  /// The directories with CDI's files as a list with colons; nil is the usual ones.
  let deviceDirectories: String?

  /// Where everything lies.
  package var paths: StorePaths { store.paths }

  /// Opens the state below the two roots, and makes it where there is none.
  /// - Throws: `EngineError` when it cannot be used.
  package init(
    paths: StorePaths, programs: Programs, deviceDirectories: String? = nil,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(EngineError) {
    do throws(StoreError) {
      try paths.prepare()
      store = try Store.open(paths)
    } catch { throw EngineError(error) }
    self.programs = programs
    self.deviceDirectories = deviceDirectories
    self.warn = warn
  }

  /// Opens the state that is there, and makes none.
  /// - Returns: nil where there is no state below the root yet.
  /// - Throws: `EngineError` when it cannot be used.
  package init?(
    existing paths: StorePaths, programs: Programs, deviceDirectories: String? = nil
  ) throws(EngineError) {
    guard fileExists(paths.database) else { return nil }
    do throws(StoreError) { store = try Store.open(paths) } catch { throw EngineError(error) }
    self.programs = programs
    self.deviceDirectories = deviceDirectories
    warn = { _ in }
  }

  /// The container that `reference` means: an id, a name, or the beginning of an id.
  ///
  /// One that lost its shim gets another on the way, so that whatever is asked next is answered truthfully.
  package func find(_ reference: String) throws(EngineError) -> ContainerRecord {
    let record = try attempt { () throws(StoreError) in try store.findContainer(reference) }
    guard try adoptIfLost(record) else { return record }
    return try attempt { () throws(StoreError) in try store.findContainer(reference) }
  }
}

extension EngineError {
  /// The store's refusal, with its kind.
  package init(_ error: StoreError) {
    let kind: Kind =
      switch error {
      case .nameInUse, .idInUse, .imageInUse, .volumeNameInUse, .volumeInUse, .networkNameInUse,
        .networkInUse, .alreadyConnected, .refused:
        .conflict
      case .noSuchContainer, .noSuchImage, .noSuchVolume, .noSuchNetwork: .notFound
      case .ambiguousContainer, .ambiguousImage, .relativeRoot: .invalid
      case .rootNotUsable, .diskFull, .readOnly, .corrupt, .busy, .newerVersion, .database: .failed
      }
    self.init(kind, error.description)
  }
}
