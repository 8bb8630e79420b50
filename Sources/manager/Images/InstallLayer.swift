internal import JSONDocument
package import LinuxSystem
internal import OCIImageSpec
internal import Store

extension ImageStore {
  /// Moves an unpacked layer to its place, unless the same one is there already.
  /// - Parameters:
  ///   - path: the directory that holds `diff`.
  ///   - sizeBytes: of the layer's files, kept beside them for `history`.
  func installLayer(
    _ path: String, _ diffID: Digest, sizeBytes: Int64, _ lock: borrowing ContentLock
  ) throws(ImageError) {
    let target = store.paths.layer(diffID.description)
    if fileExists(target) { return }
    do throws(SystemError) {
      try writeAtomically(path + "/size", Array("\(sizeBytes)".utf8), durable: false)
      try renameFile(path, to: target)
      try openFile(store.paths.layers, [.readOnly, .directory]).sync()
    } catch { throw .system(error) }
  }

  /// What the files of an unpacked layer take, in bytes; 0 for a layer that is not there.
  func layerSize(_ diffID: String) -> Int64 {
    do throws(SystemError) {
      let text = try readText(store.paths.layer(diffID) + "/size")
      if let size = Int64(text) { return size }
    } catch {}
    // A layer that was unpacked before sizes were kept.
    do throws(SystemError) { return try treeSize(store.paths.layerTree(diffID)) } catch { return 0 }
  }

  func encode(_ document: some Encodable) throws(ImageError) -> [UInt8] {
    do throws(DocumentError) { return try JSON.encode(document) } catch { throw .document(error) }
  }
}

/// The sum of the regular files' sizes below a directory, each file once.
package func treeSize(_ path: String) throws(SystemError) -> Int64 {
  var total: Int64 = 0
  var seen: Set<UInt64> = []
  let root = try openFile(path, [.path, .directory])
  var pending: [[UInt8]] = [Array(".".utf8)]
  while let directory = pending.popLast() {
    let names: [[UInt8]]
    do throws(SystemError) {
      names = try listRawNames(try openRawName(directory, in: root, [.readOnly, .directory, .noFollow]))
    } catch {
      // Of a container that runs: gone meanwhile.
      if directory.count > 1, error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory {
        continue
      }
      throw error
    }
    for name in names {
      let file = directory + [UInt8(ascii: "/")] + name
      do throws(SystemError) {
        let status = try fileStatus(of: try openRawName(file, in: root, [.path, .noFollow]))
        switch status.kind {
        case .directory: pending.append(file)
        case .regular:
          if status.linkCount == 1 || seen.insert(status.inode).inserted { total += status.sizeBytes }
        default: break
        }
      } catch {
        guard error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory else { throw error }
      }
    }
  }
  return total
}
