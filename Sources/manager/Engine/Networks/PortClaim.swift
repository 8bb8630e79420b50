internal import Addresses
internal import LinuxSystem
internal import Networks
internal import Options
internal import ShimProtocol
internal import Store

/// Looks for host ports for a container's, and holds each by a socket.
final class PortClaim {
  /// Ports without a number are looked for here.
  private let range: ClosedRange<UInt16>
  /// Where those go that name no address.
  private let usual: [IPAddress]
  private let endpoint: EndpointRecord
  private let network: NetworkRecord
  /// What the container's shim holds already.
  private let kept: Set<String>
  /// Containers that have ports by the database and were looked at: they have them.
  private let alive: Set<String>
  private var filling: PortChestFilling?
  /// What was chosen.
  private var taken: Set<ContainerPort> = []
  /// What the container's ports had: others of them take it last.
  private var had: Set<ContainerPort> = []
  private var reserved: [ClosedRange<UInt16>]?
  /// A container that has a port only by the database, perhaps.
  private(set) var doubtful: NamedContainer?

  init(
    _ settings: ContainerSettings, _ endpoint: EndpointRecord, _ network: NetworkRecord, kept: Set<String>,
    alive: Set<String>
  ) {
    range = settings.portRange.flatMap { PortRange.read($0) } ?? PortWalk.standard
    if let address = settings.publishAddress.flatMap({ IPAddress($0) }) {
      usual = [address]
    } else {
      usual = [IPAddress(.v4, 0)] + (endpoint.address6 == nil ? [] : [IPAddress(.v6, 0)])
    }
    (self.endpoint, self.network, self.kept, self.alive) = (endpoint, network, kept, alive)
  }

  /// What holds the ports; nil when there are none.
  func close() throws(SystemError) -> PortChest? {
    guard filling != nil else { return nil }
    return try filling?.close()
  }

  /// The ports with their places.
  /// - Throws: `.refused`; also when `doubtful` is to be looked at, and then to be asked again.
  func choose(
    _ ports: [PortRecord], _ holder: (UInt16, String) throws(StoreError) -> NamedContainer?
  ) throws(StoreError) -> [PortRecord] {
    var chosen: [PortRecord] = []
    for port in ports {
      if let hostPort = port.hostPort, let proto = port.proto { had.insert(ContainerPort(hostPort, proto)) }
    }
    for port in ports.sorted(by: PortRecord.precedes) { chosen.append(try place(port, holder)) }
    return chosen.sorted { $0.position < $1.position }
  }

  private func place(
    _ record: PortRecord, _ holder: (UInt16, String) throws(StoreError) -> NamedContainer?
  ) throws(StoreError) -> PortRecord {
    guard let proto = record.proto else { throw .refused("port \(record.port): no protocol") }
    let addresses = try addresses(of: record)
    var inUse: HostPort?
    for number in try candidates(for: record)
    where !taken.contains(ContainerPort(number, proto)) || isFixed(record) {
      if let busy = try hold(addresses[...], number, proto) {
        inUse = busy
        continue
      }
      if !kept.contains(HostPort(addresses[0], number, proto).name),
        let other = try holder(number, proto.name),
        !alive.contains(other.id)
      {
        doubtful = other
        // Should it have lost its shim, the next one is to hold them.
        filling = nil
        throw .refused("container \(other.name) has port \(number)")
      }
      taken.insert(ContainerPort(number, proto))
      var placed = record
      placed.hostPort = number
      placed.addresses = addresses.map { "\($0)" }.joined(separator: " ")
      placed.isHeld = true
      return placed
    }
    if isFixed(record), let inUse {
      let isOwn = kept.contains { $0.hasPrefix(proto.name) && $0.hasSuffix(":\(inUse.port)") }
      let other = try isOwn ? nil : holder(inUse.port, proto.name)
      let owner =
        isOwn
        ? "the container has it itself, at another address: stop it first"
        : other.map { "container \($0.name) (\($0.id.prefix(12))) has it" } ?? "another program has it"
      throw .refused("Bind for \(inUse) failed: port is already allocated: \(owner)")
    }
    let asked = record.hostPorts.flatMap { $0.lowerBound == 0 ? nil : $0 } ?? range
    throw .refused(
      "Bind for \(addresses[0]) failed: all ports are allocated: none of \(asked.lowerBound)-\(asked.upperBound)/"
        + "\(proto.name) is free")
  }

  private func isFixed(_ record: PortRecord) -> Bool { record.freedom == 1 }

  private func addresses(of record: PortRecord) throws(StoreError) -> [IPAddress] {
    var addresses = usual
    if let host = record.host {
      guard let address = IPAddress(host) else { throw .refused("port \(record.port): no address \(host)") }
      addresses = [address]
    }
    if addresses[0].family == .v6, endpoint.address6 == nil {
      throw .refused(
        "cannot publish port \(record.containerPort) on [\(addresses[0])]: network \(network.name) has no IPv6; "
          + "'network create --ipv6' makes one that has")
    }
    // IPv6 has no route_localnet (kernel, Documentation/networking/ip-sysctl.rst): nothing would be heard there.
    if let address = addresses.first, "\(address)" == "::1" {
      throw .refused(
        "Bind for [::1]:\(record.hostPorts.map { "\($0.lowerBound)" } ?? "") failed: the kernel lets nothing from ::1 "
          + "reach a container; another address of the host's, or 127.0.0.1, does")
    }
    return addresses
  }

  private func candidates(for record: PortRecord) throws(StoreError) -> [UInt16] {
    if let wanted = record.hostPorts, wanted.lowerBound > 0 {
      return PortWalk.candidates(in: wanted, previous: record.hostPort)
    }
    let numbers = PortWalk.candidates(in: range, reserved: try reservedPorts(), previous: record.hostPort)
    func isOthers(_ number: UInt16) -> Bool {
      number != record.hostPort && had.contains(ContainerPort(number, record.containerPort.proto))
    }
    return had.isEmpty ? numbers : numbers.filter { !isOthers($0) } + numbers.filter(isOthers)
  }

  private func reservedPorts() throws(StoreError) -> [ClosedRange<UInt16>] {
    if let reserved { return reserved }
    do throws(SystemError) {
      let text = String(
        decoding: try readFile("/proc/sys/net/ipv4/ip_local_reserved_ports", limit: 1 << 20), as: UTF8.self)
      let ports = PortWalk.reserved(text)
      reserved = ports
      return ports
    } catch { throw .refused("\(error)") }
  }

  /// Holds a port at all of the addresses or at none.
  /// - Returns: where somebody has it; nil when it is held.
  private func hold(
    _ addresses: ArraySlice<IPAddress>, _ number: UInt16, _ proto: PortProtocol
  ) throws(StoreError) -> HostPort? {
    guard let address = addresses.first else { return nil }
    let place = HostPort(address, number, proto)
    if kept.contains(place.name) { return try hold(addresses.dropFirst(), number, proto) }
    let socket: OwnedDescriptor
    do throws(SystemError) {
      socket = try holdPort(transport: proto.rawValue, address: address.bytes, port: number)
    } catch {
      switch error.code {
      case ErrorCode.addressInUse: return place
      case ErrorCode.protocolNotSupported:
        throw .refused(
          "Bind for \(place) failed: the kernel has no \(proto.name); 'modprobe \(proto.name)' adds it")
      case ErrorCode.addressNotAvailable:
        throw .refused("Bind for \(place) failed: the host has no address \(address)")
      default: throw .refused("Bind for \(place) failed: \(error.reason)")
      }
    }
    if let busy = try hold(addresses.dropFirst(), number, proto) { return busy }
    do throws(SystemError) {
      if filling == nil { filling = try PortChestFilling() }
      try filling?.put(socket, name: place.name)
    } catch { throw .refused("\(error)") }
    return nil
  }
}

extension PortRecord {
  /// How many host ports will do.
  fileprivate var freedom: Int {
    guard let hostPorts, hostPorts.lowerBound > 0 else { return Int.max }
    return hostPorts.count
  }

  /// Those that have no choice come first, then those that had a port: nobody else is to take it.
  fileprivate static func precedes(_ one: PortRecord, _ other: PortRecord) -> Bool {
    (one.freedom, one.hostPort == nil ? 1 : 0, one.position)
      < (other.freedom, other.hostPort == nil ? 1 : 0, other.position)
  }
}
