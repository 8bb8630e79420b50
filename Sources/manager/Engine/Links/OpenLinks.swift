internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Store

// What each running recipient was told of its links is noted: when a link goes with its source, whose row is gone by then,
// whoever cleans up still finds the recipients whose hosts files and openings are to be taken back.

extension ContainerEngine {
  private var notes: String { paths.networks + "/linked" }

  /// Whether anybody is linked, or was and may not have been told otherwise.
  func hasLinks() throws(EngineError) -> Bool {
    if try attempt({ () throws(StoreError) in try store.hasLinks() }) { return true }
    return try !toldRecipients().isEmpty
  }

  /// What recipients were told since they were started, by id. Nothing says that somebody was killed while telling.
  func toldRecipients() throws(EngineError) -> [String: String] {
    guard fileExists(notes) else { return [:] }
    return try attempt("read links") { () throws(SystemError) in
      var told: [String: String] = [:]
      for id in try listDirectory(notes) where !id.hasPrefix(".") {
        do throws(SystemError) {
          told[id] = String(
            decoding: try readFile("\(notes)/\(id)", limit: NetworkPaths.recordLimit), as: UTF8.self)
        } catch {
          guard error.code == ErrorCode.noEntry else { throw error }
        }
      }
      return told
    }
  }

  /// Tells recipients again what is not true any more: who should have done it was killed.
  func sweepLinks() throws(EngineError) {
    let told = try toldRecipients()
    guard !told.isEmpty else { return }
    let place = try neighbourhood()
    for (id, text) in told where text.isEmpty || text != place.linkText(of: id) {
      let bridges = Set(place.places(of: id).map(\.network.bridge))
      if bridges.isEmpty { try forgetTold(id) } else { try announceNames(onBridges: bridges) }
    }
  }

  /// Makes the openings for a recipient that runs what they should be now. The caller holds the lock of `networks`, so
  /// that the last to come has the last word; that is why a start does not open them itself, beside the devices.
  /// - Returns: whether they are; not where its record cannot be read, which is said, and keeps nobody else from a network.
  func openLinks(of id: String, _ orders: Set<LinkOrder>) throws(EngineError) -> Bool {
    let path = NetworkPaths(state: paths.networks).container(id)
    let record: AttachRequest?
    do throws(EngineError) { record = try journalRecord(of: id) } catch {
      warn(error.message)
      return false
    }
    // Not on its networks yet, and will open them when it is; or not any more.
    guard let record, Set(record.links) != orders else { return true }
    let request = PublishRequest(state: paths.networks, container: id, links: Array(orders))
    do throws(EngineError) { try callNetwork("publish", request.document) } catch {
      // It has left in the meantime.
      guard !fileExists(path) else { throw error }
    }
    return true
  }

  /// Notes what a container was told of its links.
  func noteTold(_ id: String, _ text: String) throws(EngineError) {
    try attempt("open links") { () throws(SystemError) in
      try makeDirectories(notes, mode: 0o700)
      try writeAtomically("\(notes)/\(id)", Array(text.utf8), durable: false)
    }
  }

  /// Forgets that a container was told of links.
  func forgetTold(_ id: String) throws(EngineError) {
    try attempt("open links") { () throws(SystemError) in
      do throws(SystemError) { try removeFile("\(notes)/\(id)") } catch {
        guard error.code == ErrorCode.noEntry else { throw error }
      }
    }
  }
}
