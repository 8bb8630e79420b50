package import Images
internal import Store

extension ContainerEngine {
  /// Writes the tar of a container's tree, whether it runs or not; without its volumes.
  /// - Parameter output: takes the tar.
  package func export(
    _ reference: String, into output: TarOutput
  ) throws(EngineError) {
    let record = try find(reference)
    // One that does not run must not be started or removed meanwhile.
    let lock = try lockContainer(record.id)
    let isRunning = try status(of: record).isRunning
    let lower = [paths.upper(record.id)] + (try settings(of: record)).layers.reversed().map(paths.layerTree)
    try attempt { () throws(ImageError) in
      if isRunning {
        try images.export(paths.rootFileSystem(record.id), into: output)
      } else {
        try images.export(nil, lower: lower, into: output)
      }
    }
    _ = consume lock
    self.record("export", record)
  }
}
