internal import LinuxSystem
package import Store

/// What a container takes on disk, in bytes.
package struct ContainerSize: Sendable, Equatable {
  /// What it has written.
  package let writableBytes: Int64
  /// That and its image.
  package let rootBytes: Int64
}

extension ContainerEngine {
  /// Adds up what a container has written: what its files hold, each once however many names it has, directories
  /// not counted (moby, pkg/directory).
  /// - Parameter imageBytes: what its image takes.
  package func size(of record: ContainerRecord, imageBytes: Int64) throws(EngineError) -> ContainerSize {
    let written = try attempt("measure container \(record.shortID)") { () throws(SystemError) in
      try contentBytes(of: paths.upper(record.id))
    }
    return ContainerSize(writableBytes: written, rootBytes: imageBytes + written)
  }

  private func contentBytes(of directory: String) throws(SystemError) -> Int64 {
    let root = try openFile(directory, [.readOnly, .directory, .noFollow])
    var sum: Int64 = 0
    var seen: Set<UInt64> = []
    var pending: [[UInt8]] = [[UInt8(ascii: ".")]]
    while let path = pending.popLast() {
      do throws(SystemError) {
        let status = try fileStatus(of: try openRawName(path, in: root, [.path, .noFollow]))
        if status.kind == .directory {
          let names = try listRawNames(try openRawName(path, in: root, [.readOnly, .directory, .noFollow]))
          pending += names.map { path + [UInt8(ascii: "/")] + $0 }
        } else if status.linkCount < 2 || seen.insert(status.inode).inserted {
          sum += status.sizeBytes
        }
      } catch {
        // The container runs, and has just removed it or put something else in its place.
        let isGone = error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory
        guard isGone else { throw error }
      }
    }
    return sum
  }
}
