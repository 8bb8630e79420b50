internal import LinuxSystem
internal import OCIRuntimeSpec
internal import Options

/// Devices of the host, looked up for one start: a machine's numbers may change with a boot.
extension ContainerEngine {
  private typealias Device = RuntimeSpec.Linux.Device
  private typealias Rule = RuntimeSpec.Linux.Resources.DeviceRule

  /// The nodes that a container gets, and what it may do with them (moby, oci_linux.go, WithDevices). A privileged one has
  /// all of the host's.
  func devices(
    _ isolation: IsolationSettings
  ) throws(EngineError) -> (
    nodes: [RuntimeSpec.Linux.Device], rules: [RuntimeSpec.Linux.Resources.DeviceRule]
  ) {
    var nodes: [Device] = []
    var rules = isolation.deviceRules.map(\.rule)
    if isolation.isPrivileged { nodes = try allDevices(below: "/dev", seenAt: "/dev") }
    for mapping in isolation.devices {
      let found = try devices(of: mapping)
      nodes.removeAll { node in found.contains { $0.path == node.path } }
      nodes += found
      rules += found.map { device in
        Rule(
          allow: true, type: device.type == .block ? .block : .character, major: device.major,
          minor: device.minor, access: mapping.permissions)
      }
    }
    return (nodes, rules)
  }

  /// The numbers of devices that limits name.
  func numbers(_ devicePaths: [String]) throws(EngineError) -> [String: DeviceNumber] {
    var numbers: [String: DeviceNumber] = [:]
    for path in devicePaths where numbers[path] == nil {
      let file: String
      do throws(SystemError) { file = try realPath(path) } catch {
        throw EngineError(.invalid, "limit of device \(quoted(path)): \(error.reason)")
      }
      guard let device = try device(file, at: path), device.type == .block else {
        throw EngineError(.invalid, "limit of device \(quoted(path)): it is no block device")
      }
      numbers[path] = DeviceNumber(major: device.major ?? 0, minor: device.minor ?? 0)
    }
    return numbers
  }

  private func devices(of mapping: DeviceMapping) throws(EngineError) -> [Device] {
    let source: String
    do throws(SystemError) { source = try realPath(mapping.source) } catch {
      throw EngineError(
        .invalid,
        "error gathering device information while adding custom device \(quoted(mapping.source)): \(error.reason)"
      )
    }
    if let device = try device(source, at: mapping.destination) { return [device] }
    let found = try allDevices(below: source, seenAt: mapping.destination)
    guard !found.isEmpty else {
      throw EngineError(
        .invalid,
        "error gathering device information while adding custom device \(quoted(mapping.source)): not a device node"
      )
    }
    return found
  }

  /// What is not to be passed on: other file systems on /dev, and what each container has of its own.
  private static let passedOver: Set<String> = [
    "pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console", "ptmx",
  ]

  /// Links are passed over; so is what goes away meanwhile.
  private func allDevices(below directory: String, seenAt place: String) throws(EngineError) -> [Device] {
    do throws(SystemError) {
      guard try fileStatus(directory, follow: false).kind == .directory else { return [] }
    } catch { return [] }
    let names = try attempt("look for devices") { () throws(SystemError) in try listDirectory(directory) }
    var found: [Device] = []
    for name in names where !Self.passedOver.contains(name) {
      if let device = try device("\(directory)/\(name)", at: "\(place)/\(name)") {
        found.append(device)
      } else {
        found += try allDevices(below: "\(directory)/\(name)", seenAt: "\(place)/\(name)")
      }
    }
    return found
  }

  /// nil when there is something else, or nothing.
  private func device(_ path: String, at place: String) throws(EngineError) -> Device? {
    let status: FileStatus
    do throws(SystemError) { status = try fileStatus(path, follow: false) } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw EngineError("look at device", error)
    }
    let kind: Device.Kind
    switch status.kind {
    case .characterDevice: kind = .character
    case .blockDevice: kind = .block
    default: return nil
    }
    return Device(
      path: place, type: kind, major: Int64(status.major), minor: Int64(status.minor),
      fileMode: status.permissions, uid: status.userID, gid: status.groupID)
  }
}

extension DeviceRule {
  /// As the bundle has it.
  fileprivate var rule: RuntimeSpec.Linux.Resources.DeviceRule {
    RuntimeSpec.Linux.Resources.DeviceRule(
      allow: true, type: kind == "b" ? .block : kind == "c" ? .character : .all, major: major, minor: minor,
      access: permissions)
  }
}
