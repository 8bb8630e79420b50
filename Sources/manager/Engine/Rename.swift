internal import LinuxSystem
package import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Gives a container another name, whatever it is doing.
  /// - Throws: `.conflict` when another has it; `.invalid` when it is its own.
  package func rename(_ reference: String, to name: ContainerName) throws(EngineError) {
    // What a killed `run --rm` has left must not keep the name.
    try sweep()
    let record = try find(reference)
    guard name.text != record.name else {
      throw EngineError(.invalid, "Renaming a container with the same name as its current name")
    }
    let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: record.id) }
    try noteTelling(record.id, Set(endpoints.filter(\.0.isHeld).map(\.1.bridge)))
    do throws(StoreError) { try store.setName(record.id, name.text) } catch {
      try forgetTelling(record.id)
      throw EngineError(error)
    }
    tellShim(of: record.id, name: name.text)
    var renamed = record
    renamed.name = name.text
    try announceNames(ofContainer: record.id)
    try forgetTelling(record.id)
    self.record("rename", renamed, nil, [Event.Attribute("oldName", record.name)])
  }

  /// The shim was told the name when it was started; what it reports from now on has the new one.
  private func tellShim(of id: String, name: String) {
    let path = ShimPaths(directory: paths.shimDirectory(id)).name
    // No run directory, no shim: the next one is told at its start.
    do throws(SystemError) { try writeAtomically(path, Array(name.utf8), durable: false) } catch { return }
  }
}
