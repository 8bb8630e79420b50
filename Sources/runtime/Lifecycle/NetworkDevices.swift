internal import LinuxNetwork
internal import LinuxSystem
internal import OCIRuntimeSpec

// `linux.netDevices`: devices of the host that become the container's (config-linux.md, Network Devices). They are not
// fetched back: the kernel returns a physical device when the namespace ends, and removes a virtual one.

/// A device to move.
struct NetworkDeviceMove: Equatable {
  /// On the host.
  let source: String
  /// In the container; may hold one `%d`.
  let target: String

  var path: String { "linux.netDevices[\"\(source)\"]" }

  /// By the name on the host, since an object has no order.
  static func list(_ linux: RuntimeSpec.Linux?) -> [NetworkDeviceMove] {
    guard let devices = linux?.netDevices, !devices.isEmpty else { return [] }
    return devices.sorted { $0.key < $1.key }.map { name, device in
      NetworkDeviceMove(source: name, target: (device.name ?? "").isEmpty ? name : device.name ?? name)
    }
  }
}

/// Moves the devices into the network namespace of a process.
///
/// By the supervisor, which alone sees both namespaces, while init waits for it, before it does anything for which a device
/// could be needed: into `namespace`, which init enters next, or into the one that it is in already.
/// - Throws: `LifecycleError`, before anything is moved when a device is not there or its name is taken: a virtual
///   device that was moved would end with the container that is not to be.
func moveNetworkDevices(
  _ moves: [NetworkDeviceMove], to namespace: borrowing OwnedDescriptor?, orOf pid: Int32
) throws(LifecycleError) {
  if moves.isEmpty { return }
  let path =
    switch namespace {
    case .some(let made): "/proc/self/fd/\(made.raw)"
    case .none: "/proc/\(pid)/ns/net"
    }
  var transfer = try during("linux.netDevices") { () throws(SystemError) in
    try NetworkTransfer(to: try openFile(path, .readOnly))
  }
  try transfer.check(moves)
  for move in moves {
    do throws(SystemError) { try transfer.perform(move) } catch { throw .system(what: move.path, error) }
  }
}

/// Both namespaces at hand.
private struct NetworkTransfer: ~Copyable {
  private let namespace: OwnedDescriptor
  private var host: NetlinkSocket
  private var container: NetlinkSocket

  init(to namespace: consuming OwnedDescriptor) throws(SystemError) {
    let there = try NetlinkSocket(in: namespace)
    let here = try NetlinkSocket()
    self.namespace = namespace
    host = here
    container = there
  }

  mutating func check(_ moves: [NetworkDeviceMove]) throws(LifecycleError) {
    let (here, there): ([NetworkLink], [NetworkLink])
    do throws(SystemError) { (here, there) = (try host.links(), try container.links()) } catch {
      throw .system(what: "linux.netDevices", error)
    }
    var found: [Violation] = []
    for move in moves {
      if !here.contains(where: { $0.name == move.source }) {
        found.append(Violation(move.path, "the host has no network device of this name"))
      }
      if there.contains(where: { $0.name == move.target }) {
        found.append(Violation("\(move.path).name", "\"\(move.target)\" is there already"))
      }
    }
    if !found.isEmpty { throw .refused(found) }
  }

  mutating func perform(_ move: NetworkDeviceMove) throws(SystemError) {
    guard let link = try host.links().first(where: { $0.name == move.source }) else {
      throw SystemError("find network device", code: ErrorCode.noDevice, subject: move.source)
    }
    // Before it is taken down, which costs it its IPv6 addresses.
    let addresses = try host.addresses(of: link).filter(\.isPermanentAndGlobal)
    let before = try container.links().map(\.index)
    // A device that is up cannot be renamed (before Linux 6.2).
    try host.setLink(link, up: false)
    try host.moveLink(link, to: namespace, as: move.target)
    // The kernel may have chosen both its name and its number.
    guard let moved = try container.links().first(where: { !before.contains($0.index) }) else {
      throw SystemError("find network device", code: ErrorCode.noDevice, subject: move.target)
    }
    for address in addresses { try container.addAddress(address, to: moved) }
    try container.setLink(moved, up: true)
  }
}

extension SpecRules {
  /// Names as the kernel takes them (net/core/dev.c, dev_valid_name), a namespace to move to, and no two alike.
  static func netDevices(_ spec: RuntimeSpec) -> [Violation] {
    let moves = NetworkDeviceMove.list(spec.linux)
    if moves.isEmpty { return [] }
    guard (spec.linux?.namespaces ?? []).contains(where: { $0.type == .network }) else {
      return [Violation("linux.netDevices", "unable to move network devices without a NET namespace")]
    }
    var found: [Violation] = []
    var seen: [String] = []
    for move in moves {
      if !isDeviceName(move.source) || move.source == "lo" {
        found.append(Violation(move.path, "\"\(move.source)\" is no device that can be moved"))
      }
      let parts = move.target.split(separator: "%", omittingEmptySubsequences: false)
      if !isDeviceName(move.target) || parts.count > 2 || (parts.count == 2 && !parts[1].hasPrefix("d")) {
        found.append(
          Violation(
            "\(move.path).name", "\"\(move.target)\" is no name of a device, needed one such as \"eth0\""))
      }
      if parts.count == 1, seen.contains(move.target) {
        found.append(Violation("\(move.path).name", "\"\(move.target)\" is the name of another one"))
      }
      seen.append(move.target)
    }
    return found
  }

  private static func isDeviceName(_ name: String) -> Bool {
    let bytes = name.utf8
    return (1...15).contains(bytes.count) && name != "." && name != ".."
      && !bytes.contains { $0 == 0 || $0 == 0x2f || $0 == 0x3a || $0 == 0x20 || (9...13).contains($0) }
  }
}
