internal import LinuxSystem
internal import Store

/// What `rmi` did, one line each, in docker's words.
package enum RemovedContent: Sendable, Equatable, CustomStringConvertible {
  /// A name, `repository:tag`, that no image has any more.
  case untagged(String)
  /// An image or a layer, `sha256:<hex>`, that is gone.
  case deleted(String)

  /// `Untagged: …` or `Deleted: …`.
  package var description: String {
    switch self {
    case .untagged(let name): "Untagged: \(name)"
    case .deleted(let digest): "Deleted: \(digest)"
    }
  }
}

extension ImageStore {
  /// Removes a name of an image, and the image with its last one: `docker rmi` (moby daemon/images, ImageDelete).
  /// - Parameters:
  ///   - text: as the user typed it; an id, or the beginning of one, means the image with all its names.
  ///   - force: also the last name of an image that a container uses, all names of an id in several repositories, and
  ///     those of an id that only containers use that do not run; an image that a container uses stays, without a name,
  ///     because the container stands on its layers.
  ///   - platform: what the image must be for.
  /// - Returns: what was done, in order.
  /// - Throws: `.store(.noSuchImage)`; `.otherPlatform`; `.conflict` in docker's words.
  package func removeImage(
    _ text: String, force: Bool, platform: PlatformName? = nil
  ) throws(ImageError) -> [RemovedContent] {
    try sweepTemporary()
    let image = try find(text, for: platform)
    let plan = try removalPlan(of: image, named: text, force: force)
    do throws(StoreError) { for tag in plan.untag { try store.untag(tag) } } catch { throw .store(error) }
    let untagged = plan.untag.map { RemovedContent.untagged($0.description) }
    return plan.deletesImage ? untagged + (try delete(image)) : untagged
  }

  /// What a removal comes to; nothing is touched.
  private struct RemovalPlan {
    var untag: [ImageTag]
    var deletesImage: Bool
  }

  private func removalPlan(of image: ImageRecord, named text: String, force: Bool) throws(ImageError)
    -> RemovalPlan
  {
    let users: [String]
    do throws(StoreError) { users = try store.containersUsing(image.id) } catch { throw .store(error) }
    let running = try firstRunning(of: users)
    if let tag = Self.tag(meantBy: text, of: image) {
      guard image.tags.count == 1, let user = running ?? users.first else {
        return RemovalPlan(untag: [tag], deletesImage: image.tags.count == 1)
      }
      guard force else {
        throw .conflict(
          "conflict: unable to remove repository reference \"\(text)\" (must force) - container "
            + "\(user.prefix(12)) is using its referenced image \(image.shortID)")
      }
      return RemovalPlan(untag: [tag], deletesImage: false)
    }
    // moby's order (daemon/images/image_delete.go, checkImageDeleteConflict).
    if let running {
      throw .conflict(
        "conflict: unable to delete \(image.shortID) (cannot be forced) - image is being used by "
          + "running container \(running.prefix(12))")
    }
    if Set(image.tags.map(\.repository)).count > 1, !force {
      throw .conflict(
        "conflict: unable to delete \(image.shortID) (must be forced) - image is referenced in multiple repositories"
      )
    }
    guard let user = users.first else { return RemovalPlan(untag: image.tags, deletesImage: true) }
    guard force, !image.tags.isEmpty else {
      // There is nothing left to be forced where there is no name.
      throw .conflict(
        "conflict: unable to delete \(image.shortID) (\(image.tags.isEmpty ? "cannot" : "must") be forced) - image "
          + "is being used by stopped container \(user.prefix(12))")
    }
    return RemovalPlan(untag: image.tags, deletesImage: false)
  }

  /// The name that the text is; nil when it is an id or the beginning of one.
  private static func tag(meantBy text: String, of image: ImageRecord) -> ImageTag? {
    do throws(ImageReferenceError) {
      let tag = try ImageReference(text).imageTag
      return image.tags.first { $0 == tag }
    } catch { return nil }
  }

  private func firstRunning(of containers: [String]) throws(ImageError) -> String? {
    for container in containers where try isRunning(container) { return container }
    return nil
  }

  /// Whether the container's shim is alive (spec/state-layout.md, Status is derived).
  private func isRunning(_ container: String) throws(ImageError) -> Bool {
    do throws(SystemError) { return try isLocked(store.paths.shimLock(container)) } catch {
      throw .system(error)
    }
  }

  /// Row first, then the files that no other image has.
  private func delete(_ image: ImageRecord) throws(ImageError) -> [RemovedContent] {
    let lock = try ContentLock(store.paths)
    do throws(StoreError) { try store.deleteImage(image.id) } catch { throw .store(error) }
    return [.deleted(image.id)] + (try sweepContent(lock)).map { .deleted($0) }
  }
}
