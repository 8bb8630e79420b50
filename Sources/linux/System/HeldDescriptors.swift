internal import Glibc

/// Descriptors kept under numbers of their own until somebody takes them: mounts that are made at one step and put into
/// their places at another. Those that nobody takes close with it.
package struct HeldDescriptors: ~Copyable {
  private var held: [(slot: Int, raw: Int32)] = []

  package init() {}

  /// Keeps `descriptor` under `slot`.
  package mutating func put(_ descriptor: consuming OwnedDescriptor, at slot: Int) {
    held.append((slot, descriptor.release()))
  }

  /// Gives up what is kept under `slot`; nil when nothing is.
  package mutating func take(_ slot: Int) -> OwnedDescriptor? {
    guard let index = held.firstIndex(where: { $0.slot == slot }) else { return nil }
    return OwnedDescriptor(owning: held.remove(at: index).raw)
  }

  /// The descriptors' numbers, for closing all others.
  package var numbers: [Int32] { held.map(\.raw) }

  deinit {
    for entry in held { _ = Glibc.close(entry.raw) }
  }
}
