internal import Cgroups
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
  /// In the file an object, as in runc's state (`cgroup_paths`): the hierarchies' keys and the directories.
  var cgroup: CgroupDirectory
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
    cgroup = CgroupDirectory(
      entries: try members.readTexts("cgroupPaths").map { CgroupDirectory.Entry(key: $0.key, path: $0.text) })
    created = try members.read("created")
    annotations = try members.read("annotations")
    ownerID = try members.read("ownerID")
    hasPIDNamespace = try members.read("hasPIDNamespace")
    hasKeyring = try members.read("hasKeyring")
    hasHooks = try members.read("hasHooks") ?? false
    resourceGroups = try members.read("resourceGroups") ?? []
  }

  private var document: JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "version", value: .integer(Int64(version))), .init(key: "id", value: .string(id)),
      .init(key: "bundle", value: .string(bundle)), .init(key: "rootfs", value: .string(rootfs)),
      .init(key: "pid", value: .integer(Int64(pid))), .init(key: "startTime", value: .unsigned(startTime)),
      .init(key: "cgroupPaths", value: cgroupPaths), .init(key: "created", value: .string(created)),
      .init(key: "ownerID", value: .integer(Int64(ownerID))),
      .init(key: "hasPIDNamespace", value: .bool(hasPIDNamespace)),
      .init(key: "hasKeyring", value: .bool(hasKeyring)), .init(key: "hasHooks", value: .bool(hasHooks)),
    ]
    if !resourceGroups.isEmpty {
      members.append(.init(key: "resourceGroups", value: .array(resourceGroups.map { .string($0) })))
    }
    if let annotations {
      let texts = annotations.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }
      members.append(.init(key: "annotations", value: .object(JSONObject(texts))))
    }
    return .object(JSONObject(members))
  }

  private var cgroupPaths: JSONValue {
    .object(JSONObject(cgroup.entries.map { JSONObject.Member(key: $0.key, value: .string($0.path)) }))
  }
}
