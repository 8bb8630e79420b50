internal import Images
package import JSONDocument
internal import LinuxSystem
internal import OCIImageSpec
internal import Store

extension ContainerEngine {
  /// An image in the shape of docker's inspect (API 1.51, ImageInspect).
  package func inspectImage(_ reference: String) throws(EngineError) -> JSONValue {
    let image = try attempt { () throws(ImageError) in try images.find(reference) }
    let configuration = try attempt { () throws(ImageError) in try images.configuration(of: image) }
    let config: JSONValue
    do throws(DocumentError) {
      config = try JSON.encodeToValue(configuration.config ?? ImageConfiguration.Execution())
    } catch { throw EngineError(.failed, error.description) }
    return [
      "Id": .string(image.id),
      "RepoTags": strings(image.tags.map(\.description)),
      "RepoDigests": strings(image.tags.map { "\($0.repository)@\(image.manifest)" }),
      "Parent": "",
      "Comment": .string(configuration.history?.last?.comment ?? ""),
      "Created": .string(image.createdAt.description),
      "Author": .string(configuration.author ?? ""),
      "Config": config,
      "Architecture": .string(configuration.architecture),
      "Os": .string(configuration.os),
      "Size": .integer(image.sizeBytes),
      "RootFS": ["Type": "layers", "Layers": strings(configuration.rootfs.diffIDs.map(\.description))],
    ]
  }

  /// A container, or else an image, in the shape of docker's inspect.
  /// - Throws: `.notFound` when it is neither.
  package func inspect(_ reference: String) throws(EngineError) -> JSONValue {
    do throws(EngineError) { return try inspectContainer(reference) } catch {
      guard error.kind == .notFound else { throw error }
    }
    do throws(EngineError) { return try inspectImage(reference) } catch {
      guard error.kind == .notFound || error.kind == .invalid else { throw error }
      throw EngineError(.notFound, "No such object: \(reference)")
    }
  }
}
