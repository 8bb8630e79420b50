package import JSONDocument
package import OCIRuntimeSpec

// The part of config.json that limits are, and what `update` hands to the runtime; by hand for the reason that
// WriteRuntimeSpec.swift gives.

extension RuntimeSpec.Linux.Resources {
  /// The document, with the members that settings have.
  package var document: JSONValue {
    object([
      ("devices", devices.map { .array($0.map(\.document)) }),
      ("memory", memory?.document),
      ("cpu", cpu?.document),
      ("pids", pids.map { object([("limit", $0.limit.map { .integer($0) })]) }),
      ("blockIO", blockIO?.document),
    ])
  }
}

extension RuntimeSpec.Linux.Resources.Memory {
  fileprivate var document: JSONValue {
    object([
      ("limit", limit.map { .integer($0) }), ("reservation", reservation.map { .integer($0) }),
      ("swap", swap.map { .integer($0) }), ("swappiness", swappiness.map(unsigned)),
      ("disableOOMKiller", disableOOMKiller.map { .bool($0) }),
    ])
  }
}

extension RuntimeSpec.Linux.Resources.CPU {
  fileprivate var document: JSONValue {
    object([
      ("shares", shares.map(unsigned)), ("quota", quota.map { .integer($0) }),
      ("period", period.map(unsigned)),
      ("realtimeRuntime", realtimeRuntime.map { .integer($0) }),
      ("realtimePeriod", realtimePeriod.map(unsigned)),
      ("cpus", cpus.map { .string($0) }), ("mems", mems.map { .string($0) }),
    ])
  }
}

extension RuntimeSpec.Linux.Resources.BlockIO {
  fileprivate var document: JSONValue {
    func throttles(_ devices: [ThrottleDevice]?) -> JSONValue? {
      devices.map { list in
        .array(
          list.map {
            object([
              ("major", .integer($0.major)), ("minor", .integer($0.minor)), ("rate", unsigned($0.rate)),
            ])
          })
      }
    }
    let weights = weightDevice.map { list in
      JSONValue.array(
        list.map {
          object([
            ("major", .integer($0.major)), ("minor", .integer($0.minor)),
            ("weight", $0.weight.map { .integer(Int64($0)) }),
          ])
        })
    }
    return object([
      ("weight", weight.map { .integer(Int64($0)) }), ("weightDevice", weights),
      ("throttleReadBpsDevice", throttles(throttleReadBpsDevice)),
      ("throttleWriteBpsDevice", throttles(throttleWriteBpsDevice)),
      ("throttleReadIOPSDevice", throttles(throttleReadIOPSDevice)),
      ("throttleWriteIOPSDevice", throttles(throttleWriteIOPSDevice)),
    ])
  }
}
