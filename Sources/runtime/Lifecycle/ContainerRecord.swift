internal import JSONDocument
internal import LinuxSystem

/// The facts about a container that cannot be derived from anything else: `state.json`. No status (state-layout.md).
struct ContainerRecord: Sendable, Equatable {
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
  /// Whether it has a session keyring of its own, which `exec` then joins.
  var hasKeyring: Bool
  /// Whether there are hooks for what is still to come; they are in its copy of config.json.
  var hasHooks = false
  /// Directories of resctrl that end with the container, in the order in which they are removed.
  var resourceGroups: [String] = []

  /// The name of that keyring; runc's form.
  static func keyring(_ id: String) -> String { "_ses.\(id)" }

  /// The file's name in the container's directory.
  static let fileName = "state.json"

  func write(to directory: String) throws(LifecycleError) {
    let bytes = JSON.write(document)
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
    do throws(DocumentError) {
      return try JSON.read(ContainerRecord.self, from: bytes, file: fileName)
    } catch {
      throw .document(error)
    }
  }
}

// Read and written by hand: synthesised Codable costs a process half a millisecond (decisions/0001).

extension ContainerRecord: DocumentReadable {
  init(reading members: MemberReader) throws(DocumentError) {
    version = try members.read("version")
    id = try members.read("id")
    bundle = try members.read("bundle")
    rootfs = try members.read("rootfs")
    pid = try members.read("pid")
    startTime = try members.read("startTime")
    cgroupPaths = try members.read("cgroupPaths") ?? [:]
    created = try members.read("created")
    annotations = try members.read("annotations")
    ownerID = try members.read("ownerID")
    hasPIDNamespace = try members.read("hasPIDNamespace")
    hasKeyring = try members.read("hasKeyring")
    hasHooks = try members.read("hasHooks") ?? false
    resourceGroups = try members.read("resourceGroups") ?? []
  }

  private var document: JSONValue {
    var members: [(String, JSONValue)] = [
      ("version", .integer(Int64(version))), ("id", .string(id)), ("bundle", .string(bundle)),
      ("rootfs", .string(rootfs)), ("pid", .integer(Int64(pid))), ("startTime", .unsigned(startTime)),
      ("cgroupPaths", ContainerRecord.object(cgroupPaths)), ("created", .string(created)),
      ("ownerID", .integer(Int64(ownerID))), ("hasPIDNamespace", .bool(hasPIDNamespace)),
      ("hasKeyring", .bool(hasKeyring)), ("hasHooks", .bool(hasHooks)),
    ]
    if !resourceGroups.isEmpty {
      members.append(("resourceGroups", .array(resourceGroups.map { .string($0) })))
    }
    if let annotations { members.append(("annotations", ContainerRecord.object(annotations))) }
    return .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }

  private static func object(_ texts: [String: String]) -> JSONValue {
    .object(JSONObject(texts.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
  }
}
