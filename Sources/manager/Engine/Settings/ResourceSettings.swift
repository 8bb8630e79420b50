package import JSONDocument
package import Options

/// How much of the machine a container may use. nil is no limit, or the kernel's default; in a change (`update`) it is "as
/// it was".
package struct ResourceSettings: Codable, Sendable, Equatable {
  /// `--memory`.
  package var memoryBytes: Int64?
  /// `--memory-swap`: memory and swap together; -1 is no limit.
  package var memorySwapBytes: Int64?
  /// `--memory-reservation`.
  package var memoryReservationBytes: Int64?
  /// `--memory-swappiness`, 0 to 100.
  package var memorySwappiness: Int64?
  /// `--oom-kill-disable`.
  package var disablesOOMKiller: Bool?
  /// `--cpus`, in billionths of a processor.
  package var nanoCPUs: Int64?
  /// `--cpu-period`.
  package var cpuPeriodMicroseconds: Int64?
  /// `--cpu-quota`; -1 is no limit.
  package var cpuQuotaMicroseconds: Int64?
  /// `--cpu-rt-period`.
  package var realtimePeriodMicroseconds: Int64?
  /// `--cpu-rt-runtime`.
  package var realtimeRuntimeMicroseconds: Int64?
  /// `--cpu-shares`.
  package var cpuShares: Int64?
  /// `--cpuset-cpus`, as given.
  package var cpusetCPUs: String?
  /// `--cpuset-mems`, as given.
  package var cpusetNodes: String?
  /// `--pids-limit`; -1 is no limit.
  package var pidsLimit: Int64?
  /// `--blkio-weight`, 10 to 1000.
  package var blockWeight: Int64?
  /// `--blkio-weight-device`.
  package var blockWeightDevices: [DeviceRate] = []
  /// `--device-read-bps`.
  package var readBytes: [DeviceRate] = []
  /// `--device-write-bps`.
  package var writeBytes: [DeviceRate] = []
  /// `--device-read-iops`.
  package var readOperations: [DeviceRate] = []
  /// `--device-write-iops`.
  package var writeOperations: [DeviceRate] = []

  /// No limits.
  package init() {}

  /// Every device that a limit names, once for each.
  package var devicePaths: [String] {
    (blockWeightDevices + readBytes + writeBytes + readOperations + writeOperations).map(\.path)
  }
}

// Written by hand, as the settings are that it is a part of (ContainerSettings+JSON.swift).
extension ResourceSettings: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    memoryBytes = try members.read("memoryBytes")
    memorySwapBytes = try members.read("memorySwapBytes")
    memoryReservationBytes = try members.read("memoryReservationBytes")
    memorySwappiness = try members.read("memorySwappiness")
    disablesOOMKiller = try members.read("disablesOOMKiller")
    nanoCPUs = try members.read("nanoCPUs")
    cpuPeriodMicroseconds = try members.read("cpuPeriodMicroseconds")
    cpuQuotaMicroseconds = try members.read("cpuQuotaMicroseconds")
    realtimePeriodMicroseconds = try members.read("realtimePeriodMicroseconds")
    realtimeRuntimeMicroseconds = try members.read("realtimeRuntimeMicroseconds")
    cpuShares = try members.read("cpuShares")
    cpusetCPUs = try members.read("cpusetCPUs")
    cpusetNodes = try members.read("cpusetNodes")
    pidsLimit = try members.read("pidsLimit")
    blockWeight = try members.read("blockWeight")
    blockWeightDevices = try members.readTexts("blockWeightDevices")
    readBytes = try members.readTexts("readBytes")
    writeBytes = try members.readTexts("writeBytes")
    readOperations = try members.readTexts("readOperations")
    writeOperations = try members.readTexts("writeOperations")
  }

  /// What the database keeps.
  var document: JSONValue {
    var members = JSONObject()
    let numbers: [(String, Int64?)] = [
      ("memoryBytes", memoryBytes), ("memorySwapBytes", memorySwapBytes),
      ("memoryReservationBytes", memoryReservationBytes), ("memorySwappiness", memorySwappiness),
      ("nanoCPUs", nanoCPUs), ("cpuPeriodMicroseconds", cpuPeriodMicroseconds),
      ("cpuQuotaMicroseconds", cpuQuotaMicroseconds),
      ("realtimePeriodMicroseconds", realtimePeriodMicroseconds),
      ("realtimeRuntimeMicroseconds", realtimeRuntimeMicroseconds), ("cpuShares", cpuShares),
      ("pidsLimit", pidsLimit), ("blockWeight", blockWeight),
    ]
    for (name, number) in numbers { if let number { members[name] = .integer(number) } }
    for (name, text) in [("cpusetCPUs", cpusetCPUs), ("cpusetNodes", cpusetNodes)] {
      if let text { members[name] = .string(text) }
    }
    if let disablesOOMKiller { members["disablesOOMKiller"] = .bool(disablesOOMKiller) }
    let rates = [
      ("blockWeightDevices", blockWeightDevices), ("readBytes", readBytes), ("writeBytes", writeBytes),
      ("readOperations", readOperations), ("writeOperations", writeOperations),
    ]
    for (name, list) in rates { members[name] = texts(list) }
    return .object(members)
  }
}

extension MemberReader {
  /// Values that are kept as the text of their flag; none where the member is absent.
  func readTexts<Value: RawRepresentable<String>>(_ name: String) throws(DocumentError) -> [Value] {
    let texts: [String] = try read(name) ?? []
    var values: [Value] = []
    for text in texts { values.append(try value(Value.self, name, text)) }
    return values
  }

  /// A value that is kept as the text of its flag; nil where the member is absent.
  func readText<Value: RawRepresentable<String>>(_ name: String) throws(DocumentError) -> Value? {
    let text: String? = try read(name)
    guard let text else { return nil }
    return try value(Value.self, name, text)
  }

  private func value<Value: RawRepresentable<String>>(
    _ type: Value.Type, _ name: String, _ text: String
  ) throws(DocumentError) -> Value {
    guard let value = Value(rawValue: text) else {
      throw DocumentError(file: "settings", path: [.member(name)], rule: "unknown value \"\(text)\"")
    }
    return value
  }
}

/// An array of values as the text of their flags.
func texts<Value: RawRepresentable<String>>(_ values: [Value]) -> JSONValue {
  strings(values.map(\.rawValue))
}
