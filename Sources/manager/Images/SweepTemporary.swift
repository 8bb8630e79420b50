internal import LinuxSystem
internal import OCIImageSpec
internal import Store

extension ImageStore {
  /// Removes what killed commands have left in `ROOT/tmp`. A directory there belongs to a living command as long as
  /// that holds the lock on it, and is left alone. Cheap when there is nothing.
  /// - Throws: `.system`.
  package func sweepTemporary() throws(ImageError) {
    do throws(SystemError) {
      for name in try listDirectory(store.paths.temporary) {
        let path = "\(store.paths.temporary)/\(name)"
        do throws(SystemError) {
          guard let lock = try DirectoryLock.attempt(path) else { continue }
          try removeTree(path)
          _ = consume lock
        } catch {
          // Its owner, or another sweep, was faster.
          guard error.code == ErrorCode.noEntry else { throw error }
        }
      }
    } catch { throw .system(error) }
  }

  /// Removes layers and blobs that no image refers to: what a command killed between a row and its files has left.
  /// - Parameter lock: the content lock; without it, what another command is about to record would look like litter.
  /// - Returns: the layers that went, by diff id, sorted.
  @discardableResult
  func sweepContent(_ lock: borrowing ContentLock) throws(ImageError) -> [String] {
    let wanted: ReferencedContent
    do throws(StoreError) { wanted = try store.referencedContent() } catch { throw .store(error) }
    let litter: [String]
    do throws(SystemError) {
      litter = try listDirectory(store.paths.layers).map { "sha256:\($0)" }.filter {
        !wanted.diffIDs.contains($0)
      }
      for name in try listDirectory(store.paths.blobs) where !wanted.blobs.contains("sha256:\(name)") {
        try removeFile("\(store.paths.blobs)/\(name)")
      }
    } catch { throw .system(error) }
    for diffID in litter { try discardLayer(diffID) }
    return litter
  }

  /// Moves a layer away first, so that there is never half of one under its name.
  private func discardLayer(_ diffID: String) throws(ImageError) {
    let grave = try TemporaryDirectory(below: store.paths.temporary)
    do throws(SystemError) {
      try renameFile(store.paths.layer(diffID), to: grave.path + "/layer")
      try removeTree(grave.path)
    } catch { throw .system(error) }
  }
}

/// The right to add content together with its row, or to remove content without one. Held shortly: never while
/// something is read or unpacked.
struct ContentLock: ~Copyable {
  private let lock: DirectoryLock

  init(_ paths: StorePaths) throws(ImageError) {
    do throws(SystemError) { lock = try DirectoryLock(paths.layers) } catch { throw .system(error) }
  }
}
