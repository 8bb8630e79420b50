package import JSONDocument
package import OCIRuntimeSpec

// config.json is written on every start. The synthesised `Encodable` goes through the standard library's generic
// containers, and a process that encodes once pays for making each of their instances: 1.2 ms of a start. What the
// engine compiles is therefore written by hand. `Encodable` stays the reference: a test writes both ways and wants the
// same document, so that a member that is compiled and forgotten here is noticed.

extension RuntimeSpec {
  /// The document, with the members that `ContainerBlueprint.compileRuntimeSpec` sets.
  package var document: JSONValue {
    object([
      ("ociVersion", .string(ociVersion)),
      ("process", process?.document),
      (
        "root",
        root.map { object([("path", .string($0.path)), ("readonly", $0.readonly.map { .bool($0) })]) }
      ),
      ("hostname", hostname.map { .string($0) }),
      ("mounts", mounts.map { .array($0.map(\.document)) }),
      ("hooks", hooks?.document),
      ("annotations", annotations.map(map)),
      ("linux", linux?.document),
    ])
  }
}

extension RuntimeSpec.Process {
  /// The members that start and exec set.
  package var document: JSONValue {
    object([
      ("terminal", terminal.map { .bool($0) }),
      (
        "consoleSize",
        consoleSize.map {
          object([("height", .integer(Int64($0.height))), ("width", .integer(Int64($0.width)))])
        }
      ),
      ("user", user?.document),
      ("args", args.map(strings)),
      ("env", env.map(strings)),
      ("cwd", .string(cwd)),
      ("capabilities", capabilities?.document),
      ("rlimits", rlimits.map { .array($0.map(\.document)) }),
      ("noNewPrivileges", noNewPrivileges.map { .bool($0) }),
      ("apparmorProfile", apparmorProfile.map { .string($0) }),
      ("oomScoreAdj", oomScoreAdj.map { .integer(Int64($0)) }),
    ])
  }
}

extension RuntimeSpec.Process.User {
  fileprivate var document: JSONValue {
    object([
      ("uid", uid.map { .integer(Int64($0)) }),
      ("gid", gid.map { .integer(Int64($0)) }),
      ("umask", umask.map { .integer(Int64($0)) }),
      ("additionalGids", additionalGids.map { .array($0.map { .integer(Int64($0)) }) }),
    ])
  }
}

extension RuntimeSpec.Process.Capabilities {
  fileprivate var document: JSONValue {
    object([
      ("bounding", bounding.map(strings)), ("effective", effective.map(strings)),
      ("inheritable", inheritable.map(strings)), ("permitted", permitted.map(strings)),
      ("ambient", ambient.map(strings)),
    ])
  }
}

extension RuntimeSpec.Process.ResourceLimit {
  fileprivate var document: JSONValue {
    object([("type", .string(type)), ("hard", unsigned(hard)), ("soft", unsigned(soft))])
  }
}

extension RuntimeSpec.Mount {
  fileprivate var document: JSONValue {
    object([
      ("destination", .string(destination)), ("type", type.map { .string($0) }),
      ("source", source.map { .string($0) }), ("options", options.map(strings)),
      ("uidMappings", uidMappings.map { .array($0.map(\.document)) }),
      ("gidMappings", gidMappings.map { .array($0.map(\.document)) }),
    ])
  }
}

extension RuntimeSpec.IDMapping {
  fileprivate var document: JSONValue {
    object([
      ("containerID", .integer(Int64(containerID))), ("hostID", .integer(Int64(hostID))),
      ("size", .integer(Int64(size))),
    ])
  }
}

extension RuntimeSpec.Linux {
  fileprivate var document: JSONValue {
    let parameters = sysctl?.sorted { $0.key < $1.key }.map { ($0.key, Optional(JSONValue.string($0.value))) }
    let interfaces = netDevices?.sorted { $0.key < $1.key }.map { name, device in
      (name, Optional(object([("name", device.name.map { .string($0) })])))
    }
    return object([
      ("sysctl", parameters.map(object)),
      ("resources", resources?.document),
      ("cgroupsPath", cgroupsPath.map { .string($0) }),
      ("namespaces", namespaces.map { .array($0.map(\.document)) }),
      ("devices", devices.map { .array($0.map(\.document)) }),
      ("netDevices", interfaces.map(object)),
      ("seccomp", seccomp?.document),
      ("rootfsPropagation", rootfsPropagation.map { .string($0.rawValue) }),
      ("maskedPaths", maskedPaths.map(strings)),
      ("readonlyPaths", readonlyPaths.map(strings)),
      ("intelRdt", intelRdt?.document),
    ])
  }
}

extension RuntimeSpec.Linux.ResourceDirector {
  fileprivate var document: JSONValue {
    object([
      ("closID", closID.map { .string($0) }), ("schemata", schemata.map(strings)),
      ("l3CacheSchema", l3CacheSchema.map { .string($0) }),
      ("memBwSchema", memBwSchema.map { .string($0) }),
      ("enableMonitoring", enableMonitoring.map { .bool($0) }),
    ])
  }
}

extension RuntimeSpec.Hooks {
  fileprivate var document: JSONValue {
    func list(_ hooks: [RuntimeSpec.Hook]?) -> JSONValue? { hooks.map { .array($0.map(\.document)) } }
    return object([
      ("prestart", list(prestart)), ("createRuntime", list(createRuntime)),
      ("createContainer", list(createContainer)), ("startContainer", list(startContainer)),
      ("poststart", list(poststart)), ("poststop", list(poststop)),
    ])
  }
}

extension RuntimeSpec.Hook {
  fileprivate var document: JSONValue {
    object([
      ("path", .string(path)), ("args", args.map(strings)), ("env", env.map(strings)),
      ("timeout", timeout.map { .integer(Int64($0)) }),
    ])
  }
}

extension RuntimeSpec.Linux.Device {
  fileprivate var document: JSONValue {
    object([
      ("path", .string(path)), ("type", .string(type.rawValue)), ("major", major.map { .integer($0) }),
      ("minor", minor.map { .integer($0) }), ("fileMode", fileMode.map { .integer(Int64($0)) }),
      ("uid", uid.map { .integer(Int64($0)) }), ("gid", gid.map { .integer(Int64($0)) }),
    ])
  }
}

extension RuntimeSpec.Linux.Namespace {
  fileprivate var document: JSONValue {
    object([("type", .string(type.rawValue)), ("path", path.map { .string($0) })])
  }
}

extension RuntimeSpec.Linux.Resources.DeviceRule {
  var document: JSONValue {
    object([
      ("allow", .bool(allow)), ("type", type.map { .string($0.rawValue) }),
      ("major", major.map { .integer($0) }),
      ("minor", minor.map { .integer($0) }), ("access", access.map { .string($0) }),
    ])
  }
}

extension RuntimeSpec.Linux.Seccomp {
  fileprivate var document: JSONValue {
    object([
      ("defaultAction", .string(defaultAction.rawValue)),
      ("defaultErrnoRet", defaultErrnoRet.map { .integer(Int64($0)) }),
      ("architectures", architectures.map { strings($0.map(\.rawValue)) }),
      ("flags", flags.map { strings($0.map(\.rawValue)) }),
      ("listenerPath", listenerPath.map { .string($0) }),
      ("listenerMetadata", listenerMetadata.map { .string($0) }),
      ("syscalls", syscalls.map { .array($0.map(\.document)) }),
    ])
  }
}

extension RuntimeSpec.Linux.Seccomp.Rule {
  fileprivate var document: JSONValue {
    object([
      ("names", strings(names)), ("action", .string(action.rawValue)),
      ("errnoRet", errnoRet.map { .integer(Int64($0)) }), ("args", args.map { .array($0.map(\.document)) }),
    ])
  }
}

extension RuntimeSpec.Linux.Seccomp.Argument {
  fileprivate var document: JSONValue {
    object([
      ("index", .integer(Int64(index))), ("value", unsigned(value)), ("valueTwo", valueTwo.map(unsigned)),
      ("op", .string(op.rawValue)),
    ])
  }
}

/// Members in order, the absent ones left out.
func object(_ members: [(String, JSONValue?)]) -> JSONValue {
  .object(
    JSONObject(members.compactMap { name, value in value.map { JSONObject.Member(key: name, value: $0) } }))
}

/// A number that may need all 64 bits.
func unsigned(_ number: UInt64) -> JSONValue {
  Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
}
