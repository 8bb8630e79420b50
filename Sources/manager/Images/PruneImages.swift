package import LinuxSystem
internal import OCIImageSpec
internal import Store

/// What `image prune` takes.
package struct ImagePruning: Sendable {
  /// Also images with names, when no container uses them.
  package var all = false
  /// Only images made before.
  package var until: Timestamp?
  /// Only images for whose labels this is true.
  package var acceptsLabels: @Sendable ([String: String]) -> Bool = { _ in true }

  /// Takes images without a name.
  package init() {}
}

extension ImageStore {
  /// Removes images that nobody uses.
  /// - Returns: what went, and how many bytes of disk that were.
  /// - Throws: `ImageError`.
  package func prune(_ pruning: ImagePruning) throws(ImageError) -> (removed: [RemovedContent], bytes: Int64)
  {
    try sweepTemporary()
    let before = try contentSizes()
    var removed: [RemovedContent] = []
    do throws(StoreError) {
      for image in try store.images() where try store.containersUsing(image.id).isEmpty {
        guard image.tags.isEmpty || pruning.all, pruning.until.map({ image.createdAt < $0 }) ?? true else {
          continue
        }
        let labels: [String: String]
        do throws(ImageError) { labels = try configuration(of: image).config?.labels ?? [:] } catch {
          labels = [:]
        }
        guard pruning.acceptsLabels(labels) else { continue }
        // A container, or another command, may have been faster.
        do throws(StoreError) { try store.deleteImage(image.id) } catch {
          switch error {
          case .imageInUse, .noSuchImage: continue
          default: throw error
          }
        }
        removed += image.tags.map { .untagged($0.description) } + [.deleted(image.id)]
      }
    } catch { throw .store(error) }
    removed += try sweepContent(try ContentLock(store.paths)).map { .deleted($0) }
    let after = try contentSizes()
    let gone = before.filter { after[$0.key] == nil }
    return (removed, gone.values.reduce(0, +))
  }

  /// What each blob and each unpacked layer takes, by its path.
  private func contentSizes() throws(ImageError) -> [String: Int64] {
    var sizes: [String: Int64] = [:]
    do throws(SystemError) {
      for name in try listDirectory(store.paths.blobs) {
        let path = "\(store.paths.blobs)/\(name)"
        do throws(SystemError) { sizes[path] = try fileStatus(path).sizeBytes } catch { continue }
      }
      for name in try listDirectory(store.paths.layers) { sizes[name] = layerSize("sha256:\(name)") }
    } catch { throw .system(error) }
    return sizes
  }
}
