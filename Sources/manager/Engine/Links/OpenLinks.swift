internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Store

// Who has been told of a link is marked: when the link goes with its source, whose row is gone by then, whoever cleans up
// still finds the recipient whose hosts file and openings are to be taken back.

extension ContainerEngine {
  private var marks: String { paths.networks + "/linked" }

  /// Whether anybody is linked, or was and may not have been told otherwise.
  func hasLinks() throws(EngineError) -> Bool {
    if try attempt({ () throws(StoreError) in try store.hasLinks() }) { return true }
    return try !markedRecipients().isEmpty
  }

  /// The containers that have been told of links since they were started.
  func markedRecipients() throws(EngineError) -> Set<String> {
    guard fileExists(marks) else { return [] }
    return Set(try attempt("read links") { () throws(SystemError) in try listDirectory(marks) })
  }

  /// Makes the openings for a recipient that runs what they should be now. The caller holds the lock of `networks`, so
  /// that the last to come has the last word; that is why a start does not open them itself, beside the devices.
  func openLinks(of id: String, _ orders: Set<LinkOrder>) throws(EngineError) {
    let path = NetworkPaths(state: paths.networks).container(id)
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile(path, limit: 1 << 20) } catch {
      // Not on its networks yet, and will open them when it is; or not any more.
      guard error.code == ErrorCode.noEntry else { throw EngineError("open links", error) }
      return
    }
    do throws(DocumentError) {
      guard Set(try JSON.read(AttachRequest.self, from: bytes, file: path).links) != orders else { return }
    } catch { throw EngineError(.failed, error.description) }
    let request = PublishRequest(state: paths.networks, container: id, links: Array(orders))
    do throws(EngineError) { try callNetwork("publish", request.document) } catch {
      // It has left in the meantime.
      guard !fileExists(path) else { throw error }
    }
  }

  /// Remembers that a container is told of links.
  func markRecipient(_ id: String) throws(EngineError) {
    try attempt("open links") { () throws(SystemError) in
      try makeDirectories(marks, mode: 0o700)
      guard !fileExists("\(marks)/\(id)") else { return }
      _ = try openFile("\(marks)/\(id)", [.writeOnly, .create], mode: 0o600)
    }
  }

  /// Forgets that a container was told of links.
  func unmarkRecipient(_ id: String) throws(EngineError) {
    try attempt("open links") { () throws(SystemError) in
      do throws(SystemError) { try removeFile("\(marks)/\(id)") } catch {
        guard error.code == ErrorCode.noEntry else { throw error }
      }
    }
  }
}
