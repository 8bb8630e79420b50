package import LinuxSystem
internal import OCIImageSpec
internal import Store

/// One step by which an image came to be.
package struct HistoryStep: Sendable, Equatable {
  /// The image's id for the last step; nil for those before, which are no images here.
  package let id: String?
  /// nil where nobody noted it.
  package let created: Timestamp?
  /// The command.
  package let createdBy: String
  /// Of the layer's files, in bytes; 0 for a step without a layer.
  package let sizeBytes: Int64
  /// A remark.
  package let comment: String
}

extension ImageStore {
  /// How an image came to be, the last step first.
  /// - Parameter platform: what the image must be for.
  /// - Throws: as `find`.
  package func history(
    of reference: String, platform: PlatformName? = nil
  ) throws(ImageError) -> [HistoryStep] {
    let image = try find(reference, for: platform)
    let configuration = try configuration(of: image)
    var layers = image.layers[...]
    var steps: [HistoryStep] = []
    let noted = configuration.history ?? []
    for (index, step) in noted.enumerated() {
      let layer = step.emptyLayer == true ? nil : layers.popFirst()
      steps.append(
        HistoryStep(
          id: index == noted.count - 1 && layers.isEmpty ? image.id : nil,
          created: step.created.flatMap { Timestamp($0) }, createdBy: step.createdBy ?? "",
          sizeBytes: layer.map { layerSize($0.diffID) } ?? 0, comment: step.comment ?? ""))
    }
    // Layers of which nobody noted anything.
    for layer in layers {
      steps.append(
        HistoryStep(
          id: layer == image.layers.last ? image.id : nil, created: nil, createdBy: "",
          sizeBytes: layerSize(layer.diffID), comment: ""))
    }
    return steps.reversed()
  }
}
