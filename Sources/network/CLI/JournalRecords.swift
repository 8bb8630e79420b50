internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol

/// Records of the journal, as far as they can be read.
struct JournalRecords<Record> {
  var records: [Record] = []
  /// A line for each that cannot: the file and why.
  var unreadable: [String] = []
}

extension NetworkPaths {
  /// What was written down about networks.
  func networks() throws -> JournalRecords<NetworkOrder> { try records(in: bridges) }

  /// What was written down about containers.
  func attached() throws -> JournalRecords<AttachRequest> { try records(in: containers) }

  /// Writes down what is to be made for a container.
  /// - Throws: before anything is written, for more than can be read again.
  func write(_ record: AttachRequest) throws {
    let bytes = JSON.write(record.document)
    guard bytes.count <= Self.recordLimit else {
      throw NetworkFailure(
        "container \(record.container.prefix(12)) has \(record.ports.count) ports and \(record.links.count) links, "
          + "whose record would be of \(bytes.count) bytes; expected at most \(Self.recordLimit)")
    }
    try writeAtomically(container(record.container), bytes, durable: false)
  }

  /// What was written down about a network; nil when nothing was, or it cannot be read.
  func readableNetwork(_ name: String) -> NetworkOrder? {
    do { return try read(bridge(name)) } catch { return nil }
  }

  private func records<Record: DocumentReadable>(in directory: String) throws -> JournalRecords<Record> {
    var found = JournalRecords<Record>()
    // What is being written has a dot before it.
    for name in try listDirectory(directory) where !name.hasPrefix(".") {
      let path = "\(directory)/\(name)"
      do { if let record: Record = try read(path) { found.records.append(record) } } catch {
        let reason = "\(error)"
        found.unreadable.append(reason.contains(path) ? reason : "\(path): \(reason)")
      }
    }
    return found
  }

  /// nil when it was just removed.
  fileprivate func read<Record: DocumentReadable>(_ path: String) throws -> Record? {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile(path, limit: Self.recordLimit) } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw error
    }
    return try JSON.read(Record.self, from: bytes, file: path)
  }
}

extension AttachRequest {
  /// What was written down for a container; nil when nothing was.
  init?(record container: String, _ paths: NetworkPaths) throws {
    guard let found: AttachRequest = try paths.read(paths.container(container)) else { return nil }
    self = found
  }
}

extension NetworkOrder {
  /// What was written down for a network; nil when nothing was.
  init?(record bridge: String, _ paths: NetworkPaths) throws {
    guard let found: NetworkOrder = try paths.read(paths.bridge(bridge)) else { return nil }
    self = found
  }
}
