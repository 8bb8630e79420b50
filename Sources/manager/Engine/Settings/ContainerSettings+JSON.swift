package import JSONDocument
internal import OCIImageSpec
internal import Options
internal import ShimProtocol

// Read and written by hand, as config.json is (WriteRuntimeSpec.swift): settings are written by every run and read by
// every other command. The synthesised conformance stays the reference of a test.

extension ContainerSettings {
  /// Reads what the database keeps.
  init(json: String, id: String) throws(EngineError) {
    do throws(DocumentError) {
      self = try JSON.read(ContainerSettings.self, from: Array(json.utf8), file: "settings of \(id)")
    } catch { throw EngineError(.failed, error.description) }
  }

  /// What the database keeps.
  var json: String { String(decoding: JSON.write(document), as: UTF8.self) }

  private var document: JSONValue {
    var members = JSONObject([
      .init(key: "layers", value: strings(layers)),
      .init(key: "entrypoint", value: strings(entrypoint)),
      .init(key: "command", value: strings(command)),
      .init(key: "environment", value: strings(environment)),
      .init(key: "workingDirectory", value: .string(workingDirectory)),
      .init(key: "user", value: .string(user)),
      .init(key: "labels", value: map(labels)),
      .init(key: "mounts", value: .array(mounts.map(\.document))),
      .init(key: "volumesFrom", value: strings(volumesFrom)),
      .init(key: "network", value: .string(network.rawValue)),
      .init(key: "exposedPorts", value: strings(exposedPorts)),
      .init(key: "publishesAllPorts", value: .bool(publishesAllPorts)),
      .init(key: "linkVariables", value: .string(linkVariables.rawValue)),
      .init(key: "names", value: names.document),
      .init(key: "capabilities", value: strings(capabilities.map(\.rawValue))),
      .init(key: "addedCapabilities", value: strings(addedCapabilities)),
      .init(key: "droppedCapabilities", value: strings(droppedCapabilities)),
      .init(key: "logDriver", value: .string(logDriver.rawValue)),
      .init(key: "logOptions", value: map(logOptions)),
      .init(key: "readOnlyRoot", value: .bool(readOnlyRoot)),
      .init(key: "terminal", value: .bool(terminal)),
      .init(key: "keepsInput", value: .bool(keepsInput)),
      .init(key: "attached", value: .bool(attached)),
      .init(key: "autoRemove", value: .bool(autoRemove)),
      .init(key: "stopSignal", value: .string(stopSignal)),
      .init(key: "runtime", value: .string(runtime)),
      .init(key: "restart", value: .string(restart.description)),
      .init(key: "shell", value: strings(shell)),
      .init(key: "resources", value: resources.document),
      .init(key: "isolation", value: isolation.document),
      .init(key: "process", value: process.document),
      .init(key: "annotations", value: map(annotations)),
      .init(key: "identifierFile", value: .string(identifierFile)),
    ])
    members["healthcheck"] = healthcheck?.document
    members["stopTimeoutSeconds"] = stopTimeoutSeconds.map { .integer(Int64($0)) }
    members["hostname"] = hostname.map { .string($0) }
    members["publishAddress"] = publishAddress.map { .string($0) }
    members["portRange"] = portRange.map { .string($0) }
    return .object(members)
  }
}

extension ContainerSettings: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    layers = try members.read("layers")
    entrypoint = try members.read("entrypoint")
    command = try members.read("command")
    environment = try members.read("environment")
    workingDirectory = try members.read("workingDirectory")
    user = try members.read("user")
    hostname = try members.read("hostname")
    labels = try members.read("labels") ?? [:]
    // Rows of before there were volumes have binds.
    if let list: [ContainerMount] = try members.read("mounts") {
      mounts = list
    } else {
      mounts = try members.read("binds") ?? []
    }
    volumesFrom = try members.read("volumesFrom") ?? []
    network = try Self.one(NetworkMode.self, "network", try members.read("network"))
    publishAddress = try members.read("publishAddress")
    portRange = try members.read("portRange")
    // Rows of before there were networks have none.
    exposedPorts = try members.read("exposedPorts") ?? []
    publishesAllPorts = try members.read("publishesAllPorts") ?? false
    linkVariables = .all
    if let choice: String = try members.read("linkVariables") {
      linkVariables = try Self.one(LinkVariables.self, "linkVariables", choice)
    }
    names = try members.read("names") ?? NameSettings()
    capabilities = []
    for name: String in try members.read("capabilities") {
      capabilities.append(try Self.one(Capability.self, "capabilities", name))
    }
    addedCapabilities = try members.read("addedCapabilities")
    droppedCapabilities = try members.read("droppedCapabilities")
    logDriver = try Self.one(
      LogSelection.Driver.self, "logDriver", try members.read("logDriver") ?? LogSelection().driver.rawValue)
    logOptions = try members.read("logOptions") ?? [:]
    readOnlyRoot = try members.read("readOnlyRoot")
    terminal = try members.read("terminal")
    keepsInput = try members.read("keepsInput")
    attached = try members.read("attached")
    autoRemove = try members.read("autoRemove")
    stopSignal = try members.read("stopSignal")
    stopTimeoutSeconds = try members.read("stopTimeoutSeconds")
    runtime = try members.read("runtime")
    // Rows of before there were restarts and health checks have none of these.
    restart = try Self.restartPolicy(try members.read("restart"))
    healthcheck = try members.read("healthcheck")
    shell = try members.read("shell") ?? []
    // Nor of before there were limits.
    resources = try members.read("resources") ?? ResourceSettings()
    isolation = try members.read("isolation") ?? IsolationSettings()
    process = try members.read("process") ?? ProcessSettings()
    annotations = try members.read("annotations") ?? [:]
    identifierFile = try members.read("identifierFile") ?? ""
  }

  private static func restartPolicy(_ text: String?) throws(DocumentError) -> RestartPolicy {
    guard let text else { return .no }
    do throws(RestartPolicyError) { return try RestartPolicy(text) } catch {
      throw DocumentError(file: "settings", path: [.member("restart")], rule: error.description)
    }
  }

  private static func one<Value: RawRepresentable<String>>(
    _ type: Value.Type, _ name: String, _ text: String
  ) throws(DocumentError) -> Value {
    guard let value = Value(rawValue: text) else {
      throw DocumentError(file: "settings", path: [.member(name)], rule: "unknown value \"\(text)\"")
    }
    return value
  }
}

/// An object of strings, sorted by name.
func map(_ texts: [String: String]) -> JSONValue {
  .object(JSONObject(texts.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string($0.value)) }))
}

// For the synthesised conformance of the settings, the reference of a test; the engine writes the same text by hand.
extension RestartPolicy: Codable {
  /// Reads the text.
  package init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
