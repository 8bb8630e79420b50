internal import LinuxSystem
internal import Store

// Undo by guard: each of these takes back one thing when it ends, unless `keep` was called. They are declared in the
// order in which things are made and so end in the opposite one. A guard cannot report that undoing failed; whatever
// then stays is litter without a row, which the next command sweeps (spec/state-layout.md, Nothing half-recorded).

/// A new directory with everything that comes to be in it.
struct DirectoryGuard: ~Copyable {
  let path: String
  private var isArmed = true

  init(path: String) { self.path = path }

  deinit {
    guard isArmed else { return }
    do throws(SystemError) { try removeTree(path) } catch { return }
  }

  consuming func keep() { isArmed = false }
}

/// A container's mounts.
struct MountGuard: ~Copyable {
  let target: String
  /// Another of its mount points.
  var other: String?
  /// The directory of its mount places.
  var places: String?
  /// The volumes that are mounted for whoever uses it; held until it is seen to run, or is unmounted.
  var volumes: [MountedVolumeHold] = []
  private var isArmed = true

  init(target: String) { self.target = target }

  deinit {
    guard isArmed else { return }
    // The root last, and not at all if a place stays: by it the sweep knows that something is mounted.
    if let places {
      do throws(SystemError) { try unmountPlaces(places) } catch { return }
    }
    for path in [other, target] {
      guard let path else { continue }
      do throws(SystemError) { try unmountLazily(path) } catch { continue }
    }
  }

  consuming func keep() { isArmed = false }
}

/// A container's row.
struct RecordGuard: ~Copyable {
  let engine: ContainerEngine
  let record: ContainerRecord
  private var isArmed = true

  init(_ engine: ContainerEngine, _ record: ContainerRecord) {
    self.engine = engine
    self.record = record
  }

  deinit {
    guard isArmed else { return }
    do throws(StoreError) {
      if try engine.store.deleteContainer(record.id) { engine.record("destroy", record) }
    } catch { return }
  }

  consuming func keep() { isArmed = false }
}
