package import JSONDocument

/// What `inspect --type` can ask for.
package enum InspectKind: String, Sendable, CaseIterable {
  case container
  case image
  case network
  case volume
}

extension ContainerEngine {
  /// A thing in the shape of docker's inspect: of the kind asked for, else a container, an image, a network, or else a
  /// volume.
  /// - Parameter sized: whether what a container has written is measured.
  /// - Throws: `.notFound` when it is none of these.
  package func inspect(
    _ reference: String, as kind: InspectKind? = nil, sized: Bool = false
  ) throws(EngineError) -> JSONValue {
    switch kind {
    case .container: return try inspectContainer(reference, sized: sized)
    case .image: return try inspectImage(reference)
    case .network: return try inspectNetwork(reference)
    case .volume: return try inspectVolume(reference)
    case nil: break
    }
    do throws(EngineError) { return try inspectContainer(reference, sized: sized) } catch {
      guard error.kind == .notFound else { throw error }
    }
    do throws(EngineError) { return try inspectImage(reference) } catch {
      guard error.kind == .notFound || error.kind == .invalid else { throw error }
    }
    do throws(EngineError) { return try inspectNetwork(reference) } catch {
      guard error.kind == .notFound else { throw error }
    }
    do throws(EngineError) { return try inspectVolume(reference) } catch {
      guard error.kind == .notFound else { throw error }
      throw EngineError(.notFound, "No such object: \(reference)")
    }
  }
}
