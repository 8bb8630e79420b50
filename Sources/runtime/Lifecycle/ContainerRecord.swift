internal import JSONDocument
internal import LinuxSystem

/// The facts about a container that cannot be derived from anything else: `state.json`. No status (state-layout.md).
struct ContainerRecord: Codable, Sendable, Equatable {
  var version = 1
  var id: String
  /// Absolute.
  var bundle: String
  /// Absolute.
  var rootfs: String
  /// Init's pid in the namespace of the runtime.
  var pid: Int32
  /// Init's start time in clock ticks since boot: pid and start time together name one process.
  var startTime: UInt64
  /// The container's cgroup: hierarchy to absolute directory, the unified hierarchy under the empty name.
  var cgroupPaths: [String: String]
  /// RFC 3339.
  var created: String
  var annotations: [String: String]?
  /// The user who created it.
  var ownerID: UInt32
  /// Whether everything in the container ends with init.
  var hasPIDNamespace: Bool

  /// The file's name in the container's directory.
  static let fileName = "state.json"

  func write(to directory: String) throws(LifecycleError) {
    let bytes = try encoded(self, pretty: false)
    // Not synced: it lies on a file system that a power cut empties, as the container itself does not survive one.
    try during("") { () throws(SystemError) in
      try writeAtomically("\(directory)/\(ContainerRecord.fileName)", bytes, mode: 0o600, durable: false)
    }
  }

  /// - Throws: `LifecycleError.doesNotExist` when there is no record.
  static func read(from directory: String, id: String) throws(LifecycleError) -> ContainerRecord {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile("\(directory)/\(fileName)") } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { throw .doesNotExist(id) }
      throw .system(what: "", error)
    }
    do throws(DocumentError) { return try JSON.decode(ContainerRecord.self, from: bytes, file: fileName) } catch {
      throw .document(error)
    }
  }
}

/// A document as text.
func encoded(_ value: some Encodable, pretty: Bool) throws(LifecycleError) -> [UInt8] {
  do throws(DocumentError) { return try JSON.encode(value, style: pretty ? .pretty : .compact) } catch {
    throw .document(error)
  }
}
