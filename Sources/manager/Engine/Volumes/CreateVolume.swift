internal import JSONDocument
internal import LinuxSystem
package import Options
internal import ShimProtocol
package import Store

/// What `volume create` asks for.
package struct VolumeRequest: Sendable, Equatable {
  /// nil makes one up.
  package var name: VolumeName?
  /// `--label`.
  package var labels: [Label]
  /// `--opt`.
  package var options: [VolumeDriverOption]

  /// Asks for a volume.
  package init(name: VolumeName?, labels: [Label] = [], options: [VolumeDriverOption] = []) {
    (self.name, self.labels, self.options) = (name, labels, options)
  }
}

/// An object without members, as the rows have it.
let emptyDocument = "{}"

extension ContainerEngine {
  /// Makes a volume; one that is there already and is made of the same is no failure (docker's volume create).
  /// - Throws: `.conflict` when there is one of this name with other labels or options.
  package func createVolume(_ request: VolumeRequest) throws(EngineError) -> VolumeRecord {
    try sweepVolumes()
    let name: String
    if let given = request.name { name = given.text } else { name = try Self.newVolumeName() }
    let record = try newRecord(
      name, isAnonymous: request.name == nil, labels: request.labels, options: request.options)
    let claim = try claimVolume(name)
    if try isRecorded(name) {
      let found = try attempt { () throws(StoreError) in try store.findVolume(name) }
      let asksForSame =
        (request.labels.isEmpty || found.labels == record.labels)
        && (request.options.isEmpty || found.options == record.options)
      guard asksForSame else {
        throw EngineError(
          .conflict, "volume \(quoted(name)) exists already, with other options or labels; remove it first")
      }
      return found
    }
    try attempt { () throws(StoreError) in try store.insertVolume(record) }
    try attempt("make volume") { () throws(SystemError) in try claim.keep() }
    self.record(.volume("create", name))
    return record
  }

  /// What a new volume is recorded with.
  func newRecord(
    _ name: String, isAnonymous: Bool, labels: [Label], options: [VolumeDriverOption]
  ) throws(EngineError) -> VolumeRecord {
    let values = Dictionary(options.map { ($0.key, $0.value) }) { _, last in last }
    if !values.isEmpty, (values["device"] ?? "").isEmpty {
      throw EngineError(.invalid, "create \(name): missing device in volume options")
    }
    if !values.isEmpty, (values["type"] ?? "").isEmpty, values["o"] == nil {
      throw EngineError(.invalid, "create \(name): missing type in volume options")
    }
    return VolumeRecord(
      name: name, options: text(values),
      labels: text(Dictionary(labels.map { ($0.key, $0.value) }) { _, last in last }),
      createdAt: Timestamp.now(), isAnonymous: isAnonymous)
  }

  private func text(_ values: [String: String]) -> String {
    String(decoding: JSON.write(map(values)), as: UTF8.self)
  }

  /// An object of strings as a row has it.
  func texts(_ json: String, _ what: String) throws(EngineError) -> [String: String] {
    do throws(DocumentError) {
      let members = try JSON.parse(Array(json.utf8), file: what).object?.members ?? []
      return Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { _, last in last }
    } catch { throw EngineError(.failed, error.description) }
  }
}
