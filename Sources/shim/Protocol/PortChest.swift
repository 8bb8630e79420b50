package import LinuxSystem

/// Bound sockets that hold a container's ports, all in one descriptor: they lie in the queue of a socket pair, of which only
/// the end to read from is left (spec/shim-protocol.md, Ports). They close with it, and nobody need have them open: a
/// thousand ports are one descriptor.
package struct PortChest: ~Copyable {
  /// The end to read from.
  package let descriptor: OwnedDescriptor

  /// Takes over the end to read from.
  package init(owning descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

  /// Adds what lies in another chest, which is used up, and closes some of what is in either.
  /// - Parameter names: of the sockets that are closed.
  package mutating func change(
    adding other: consuming OwnedDescriptor?, without names: Set<String>
  ) throws(SystemError) {
    var filling = try PortChestFilling()
    try filling.move(descriptor, without: names)
    switch consume other {
    case .some(let other): try filling.move(other, without: [])
    case .none: break
    }
    self = try filling.close()
  }
}

/// A chest that is being filled.
package struct PortChestFilling: ~Copyable {
  private let incoming: OwnedDescriptor
  private let outgoing: OwnedDescriptor
  private var bundle = DescriptorBundle()
  private var names: [String] = []

  package init() throws(SystemError) {
    let pair = try makeSocketPair()
    // Of 65535 ports a thousand records are under way.
    try forceSendBuffer(pair.second, bytes: 16 << 20)
    incoming = pair.first
    outgoing = pair.second
  }

  /// Puts a socket in.
  /// - Parameter name: by which it can be taken out again; one line.
  package mutating func put(_ socket: consuming OwnedDescriptor, name: String) throws(SystemError) {
    bundle.append(socket)
    names.append(name)
    if bundle.count == DescriptorBundle.capacity { try flush() }
  }

  private mutating func flush() throws(SystemError) {
    guard !names.isEmpty else { return }
    try bundle.send(with: Array(names.joined(separator: "\n").utf8), over: outgoing)
    names = []
    bundle.keep { _ in false }
  }

  /// Moves what lies in a chest into this one.
  fileprivate mutating func move(
    _ chest: borrowing OwnedDescriptor, without gone: Set<String>
  ) throws(SystemError) {
    var batch = DescriptorBundle()
    while true {
      let record: [UInt8]
      do throws(SystemError) { record = try batch.receive(over: chest) } catch {
        if error.code == ErrorCode.again { return }
        throw error
      }
      guard !record.isEmpty else { return }
      let labels = record.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
      guard labels.count == batch.count else {
        throw SystemError("receive ports", code: ErrorCode.invalid)
      }
      batch.keep { !gone.contains(labels[$0]) }
      let kept = labels.filter { !gone.contains($0) }
      guard !kept.isEmpty else { continue }
      try batch.send(with: Array(kept.joined(separator: "\n").utf8), over: outgoing)
    }
  }

  /// The chest, filled.
  package mutating func close() throws(SystemError) -> PortChest {
    try flush()
    return PortChest(owning: try incoming.duplicate())
  }
}
