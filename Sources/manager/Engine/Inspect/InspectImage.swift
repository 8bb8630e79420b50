package import Images
package import JSONDocument
internal import LinuxSystem
internal import OCIImageSpec
internal import Store

extension ContainerEngine {
  /// An image in the shape of docker's inspect (API 1.51, ImageInspect), with what older ones had beside it.
  package func inspectImage(
    _ reference: String, platform: PlatformName? = nil
  ) throws(EngineError) -> JSONValue {
    let image = try attempt { () throws(ImageError) in try images.find(reference, for: platform) }
    let configuration = try attempt { () throws(ImageError) in try images.configuration(of: image) }
    let config: JSONValue
    do throws(DocumentError) {
      config = try JSON.encodeToValue(configuration.config ?? ImageConfiguration.Execution())
    } catch { throw EngineError(.failed, error.description) }
    let document: JSONValue = [
      "Id": .string(image.id),
      "RepoTags": strings(image.tags.map(\.description)),
      "RepoDigests": strings(Array(Set(image.tags.map { "\($0.repository)@\(image.manifest)" })).sorted()),
      "Parent": "",
      "Comment": .string(configuration.history?.last?.comment ?? ""),
      "Created": .string(image.createdAt == .never ? "0001-01-01T00:00:00Z" : image.createdAt.description),
      "DockerVersion": "",
      "Author": .string(configuration.author ?? ""),
      "Config": config,
      "Architecture": .string(configuration.architecture),
      "Os": .string(configuration.os),
      "Size": .integer(image.sizeBytes),
      "VirtualSize": .integer(image.sizeBytes),
      "GraphDriver": ["Name": "overlayfs", "Data": inspectLayers(image)],
      "RootFS": ["Type": "layers", "Layers": strings(configuration.rootfs.diffIDs.map(\.description))],
      "Metadata": ["LastTagTime": "0001-01-01T00:00:00Z"],
    ]
    return document.with("Variant", configuration.variant.map { .string($0) })
      .with("OsVersion", configuration.osVersion.map { .string($0) })
  }

  /// Where its layers are: the top one alone, as docker's overlay drivers tell it.
  private func inspectLayers(_ image: ImageRecord) -> JSONValue {
    let directories = images.lowerDirectories(of: image)
    let upper: JSONValue = directories.first.map { ["UpperDir": .string($0)] } ?? [:]
    guard directories.count > 1 else { return upper }
    return upper.with("LowerDir", .string(directories.dropFirst().joined(separator: ":")))
  }
}
