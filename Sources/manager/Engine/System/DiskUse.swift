internal import Images
internal import LinuxSystem
package import Store

/// What is on the disk: `system df`.
package struct DiskUse: Sendable {
  /// An image, and what it takes.
  package struct Image: Sendable {
    /// Which.
    package let record: ImageRecord
    /// Its layers, unpacked and as blobs, in bytes.
    package let sizeBytes: Int64
    /// What of it other images have too.
    package let sharedBytes: Int64
    /// How many containers were made of it.
    package let containers: Int
  }

  /// A container, and what it has written.
  package struct Container: Sendable {
    /// Which.
    package let state: ContainerState
    /// Its writable layer, in bytes.
    package let sizeBytes: Int64
  }

  /// A volume, and what it takes.
  package struct Volume: Sendable {
    /// Its name.
    package let name: String
    /// How many containers use it.
    package let links: Int
    /// In bytes.
    package let sizeBytes: Int64
  }

  /// Newest first.
  package let images: [Image]
  /// All layers once, in bytes.
  package let imageBytes: Int64
  /// What of that no container stands on.
  package let unusedImageBytes: Int64
  /// Newest first.
  package let containers: [Container]
  /// By name.
  package let volumes: [Volume]
}

extension ContainerEngine {
  /// Looks at everything that takes room. Walks all layers, so it takes a while where there is much.
  package func diskUse() throws(EngineError) -> DiskUse {
    let containers = try list(all: true).map {
      DiskUse.Container(state: $0, sizeBytes: treeSizeBytes(paths.upper($0.record.id)))
    }
    let records = try attempt { () throws(StoreError) in try store.images() }
    var sizes: [String: Int64] = [:]
    var owners: [String: Int] = [:]
    for layer in records.flatMap(\.layers) {
      owners[layer.diffID, default: 0] += 1
      if sizes[layer.diffID] == nil { sizes[layer.diffID] = images.sizeBytes(of: layer) }
    }
    let users = Dictionary(grouping: containers, by: \.state.record.imageID).mapValues(\.count)
    let usedImages = try attempt { () throws(StoreError) in try store.usedImages() }
    let used = Set(records.filter { usedImages.contains($0.id) }.flatMap { $0.layers.map(\.diffID) })
    func sum(_ layers: [ImageLayer], _ counts: (String) -> Bool) -> Int64 {
      Set(layers.map(\.diffID)).filter(counts).reduce(0) { $0 + (sizes[$1] ?? 0) }
    }
    let all = records.flatMap(\.layers)
    return DiskUse(
      images: records.map { image in
        DiskUse.Image(
          record: image, sizeBytes: sum(image.layers) { _ in true },
          sharedBytes: sum(image.layers) { (owners[$0] ?? 0) > 1 }, containers: users[image.id] ?? 0)
      },
      imageBytes: sum(all) { _ in true }, unusedImageBytes: sum(all) { !used.contains($0) },
      containers: containers, volumes: try volumeUse())
  }

  private func volumeUse() throws(EngineError) -> [DiskUse.Volume] {
    try attempt { () throws(StoreError) in
      let links = try store.volumeLinks()
      return try store.volumes().map { volume in
        DiskUse.Volume(
          name: volume.name, links: links[volume.name] ?? 0,
          sizeBytes: treeSizeBytes(paths.volumeData(volume.name)))
      }
    }
  }
}
