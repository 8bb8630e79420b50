internal import Images
package import LinuxSystem
internal import OCIImageSpec
internal import ShimProtocol
internal import Store

/// Which of what is not in use a pruning removes.
package struct PruneSelection: Sendable, Equatable {
  /// A label that a thing must have, or must not have.
  package struct LabelRule: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Its value; nil is any.
    package var value: String?
    /// Whether what has it stays.
    package var isExcluded: Bool

    /// Reads `NAME` or `NAME=VALUE`.
    package init(_ text: String, isExcluded: Bool) {
      let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      name = String(halves.first ?? "")
      value = halves.count > 1 ? String(halves[1]) : nil
      self.isExcluded = isExcluded
    }

    func accepts(_ labels: [String: String]) -> Bool {
      let has = labels[name].map { value == nil || $0 == value } ?? false
      return has != isExcluded
    }
  }

  /// Only what was made before; nil is everything.
  package var before: Timestamp?
  /// All must be met.
  package var labels: [LabelRule] = []

  /// Everything.
  package init() {}

  /// Whether a thing may go.
  package func accepts(created: Timestamp, labels: [String: String]) -> Bool {
    if let before, created >= before { return false }
    return accepts(labels: labels)
  }

  /// Whether a thing with these labels may go, however old it is.
  func accepts(labels: [String: String]) -> Bool { self.labels.allSatisfy { $0.accepts(labels) } }
}

/// What a pruning has done.
package struct PruneOutcome: Sendable, Equatable {
  /// What went, in docker's words: ids, names, `untagged: …`, paths.
  package var removed: [String] = []
  /// What the disk got back, in bytes.
  package var reclaimedBytes: Int64 = 0

  /// Nothing.
  package init() {}
}

extension ContainerEngine {
  /// Removes the containers that do not run.
  package func pruneContainers(_ selection: PruneSelection) throws(EngineError) -> PruneOutcome {
    var outcome = PruneOutcome()
    for state in try list(all: true) where !state.status.isRunning {
      let record = state.record
      guard selection.accepts(created: record.createdAt, labels: state.brief.labels) else { continue }
      let size = treeSizeBytes(paths.upper(record.id))
      do throws(EngineError) { try remove(record.id) } catch {
        // Started, or removed by somebody else, in the meantime.
        if error.kind == .conflict || error.kind == .notFound { continue }
        throw error
      }
      outcome.removed.append(record.id)
      outcome.reclaimedBytes += size
    }
    record(.prune(.container, reclaimedBytes: outcome.reclaimedBytes))
    return outcome
  }

  /// Removes the images that no container uses.
  /// - Parameter all: those with names too.
  package func pruneImages(all: Bool, _ selection: PruneSelection) throws(EngineError) -> PruneOutcome {
    try sweep()
    var outcome = PruneOutcome()
    let used = try attempt { () throws(StoreError) in try store.usedImages() }
    let records = try attempt { () throws(StoreError) in try store.images() }
    for image in records where !used.contains(image.id) && (all || image.tags.isEmpty) {
      let labels = labels(of: image)
      guard selection.accepts(created: image.createdAt, labels: labels) else { continue }
      let sizes = Dictionary(
        image.layers.map { ($0.diffID, images.sizeBytes(of: $0)) }, uniquingKeysWith: { first, _ in first })
      let removed: [RemovedContent]
      do throws(ImageError) { removed = try images.removeImage(image.id, force: true) } catch {
        // A container has just been made of it, or somebody else removed it.
        switch error {
        case .conflict, .store(.noSuchImage), .store(.imageInUse): continue
        default: throw EngineError(error)
        }
      }
      recordRemoval(of: image.id, labels, removed)
      for content in removed {
        switch content {
        case .untagged(let name): outcome.removed.append("untagged: \(name)")
        case .deleted(let digest):
          outcome.removed.append("deleted: \(digest)")
          outcome.reclaimedBytes += sizes[digest] ?? 0
        }
      }
    }
    record(.prune(.image, reclaimedBytes: outcome.reclaimedBytes))
    return outcome
  }

  /// Removes the volumes that no container has: the anonymous ones, or all.
  package func pruneVolumes(all: Bool, _ selection: PruneSelection) throws(EngineError) -> PruneOutcome {
    try sweep()
    var outcome = PruneOutcome()
    for volume in try volumes() where volume.isDangling && (all || volume.isAnonymous) {
      guard selection.accepts(labels: volume.labels) else { continue }
      let size = treeSizeBytes(paths.volumeData(volume.name))
      do throws(EngineError) { try removeUnusedVolume(volume.name) } catch {
        // Somebody has taken or removed it in the meantime.
        guard error.kind == .conflict || error.kind == .notFound else { throw error }
        continue
      }
      outcome.removed.append(volume.name)
      outcome.reclaimedBytes += size
    }
    record(.prune(.volume, reclaimedBytes: outcome.reclaimedBytes))
    return outcome
  }

  /// Removes what killed commands have left of containers and images, and names it.
  /// - Returns: paths below the two roots.
  package func removeLeftovers() throws(EngineError) -> [String] {
    var found: [String] = []
    try sweep { found.append($0) }
    return found + (try attempt { () throws(ImageError) in try images.removeLitter() })
  }
}
