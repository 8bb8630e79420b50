internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// Device nodes for a container in a user namespace, where mknod(2) is refused whatever the capabilities. Root of the first
// one makes them outside, with the owner that the container is to see, on a file system that no mount namespace keeps, and
// init puts each in its place, as crun does. runc binds what the host has by the same name, without a look at the numbers.

/// A node for the supervisor to make.
struct MadeDevice: Equatable {
  /// The number under which init finds it.
  let slot: Int
  /// With the owner's ids on the host.
  let node: DeviceNode
}

/// Makes the nodes, each held under its slot.
/// - Parameters:
///   - place: a directory; what is mounted on it meanwhile nobody else sees.
///   - label: the mount option that labels their file system; nil without a label.
func makeDevices(
  _ devices: [MadeDevice], at place: String, label: String?, into held: inout HeldDescriptors
) throws(LifecycleError) {
  if devices.isEmpty { return }
  let pair = try during("linux.devices") { () throws(SystemError) in try makeSocketPair() }
  let channel = pair.first
  let maker: ProcessGuard
  do throws(SystemError) {
    maker = ProcessGuard(
      try clone(
        .newMount, DeviceOrder(devices: devices, place: place, label: label, channel: pair.second),
        child: make)
    )
  } catch { throw .system(what: "linux.devices", error) }
  for device in devices {
    held.put(
      try during("linux.devices") { () throws(SystemError) in
        try receiveTree(over: channel, call: "mknod", named: device.node.path)
      }, at: device.slot)
  }
  _ = consume maker
}

/// What the process that makes the nodes gets.
private struct DeviceOrder: ~Copyable {
  let devices: [MadeDevice]
  let place: String
  let label: String?
  let channel: OwnedDescriptor
}

/// Sends a copy of the mount of each node, or why there is none. The file system lives as long as one of them does.
private func make(_ order: consuming DeviceOrder) {
  do throws(SystemError) {
    // What is mounted now stays in here.
    try mount("none", on: "/", [.private, .recursive])
    let options = ["mode=700", "size=4k"] + (order.label.map { [$0] } ?? [])
    try mount(
      "devices", on: order.place, type: "tmpfs", [.noSetUID, .noExecution],
      data: options.joined(separator: ","))
    let directory = try openFile(order.place, [.readOnly, .directory])
    setFileModeMask(0)
    for device in order.devices {
      do throws(SystemError) {
        let (name, node) = ("\(device.slot)", device.node)
        try makeDeviceNode(
          name, in: directory, kind: node.kind, major: node.major, minor: node.minor, mode: node.mode,
          userID: node.userID, groupID: node.groupID)
        let file = try openFile(name, in: directory, [.path, .noFollow])
        try InitRecord.proceed.send(
          over: order.channel, with: try cloneMountTree(of: file, recursive: false, named: node.path))
      } catch {
        return try InitRecord.failure(step: device.slot, code: error.code).send(over: order.channel)
      }
    }
  } catch { exitImmediately(125) }
}

/// Receives a detached mount from a process that makes them.
/// - Throws: `SystemError` of `call` with the reason that came in its place.
func receiveTree(
  over channel: borrowing OwnedDescriptor, call: String, named name: String
) throws(SystemError) -> OwnedDescriptor {
  var received = try receiveDescriptor(over: channel)
  if case .some(let tree) = received.descriptor.take() { return tree }
  guard case .failure(_, let code) = try InitRecord.record(received.bytes) else {
    throw SystemError(call, code: ErrorCode.brokenPipe, subject: name)
  }
  throw SystemError(call, code: code, subject: name)
}
