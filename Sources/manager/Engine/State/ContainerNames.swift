internal import Store

extension ContainerEngine {
  /// The names of all containers, newest first, for a shell's completion: looked at and not touched, so that nothing is
  /// adopted or waited for while somebody types.
  package func names() throws(EngineError) -> [(name: String, image: String, status: ContainerStatus)] {
    let records = try attempt { () throws(StoreError) in try store.containers() }
    var names: [(name: String, image: String, status: ContainerStatus)] = []
    for record in records {
      names.append((record.name, record.imageReference, try status(of: record)))
    }
    return names
  }
}
