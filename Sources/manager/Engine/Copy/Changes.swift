package import Images
internal import Store

extension ContainerEngine {
  /// What a container has changed of its image's files, sorted by path.
  package func changes(of reference: String) throws(EngineError) -> [ContainerChange] {
    let record = try find(reference)
    let layers = try settings(of: record).layers
    return try attempt { () throws(ImageError) in
      try ContainerChanges.find(upper: paths.upper(record.id), lower: layers.reversed().map(paths.layerTree))
    }
  }
}
