internal import LinuxSystem

/// Who is told that a descriptor is ready.
protocol EventHandler: AnyObject {
  /// Called once for each event; what stays ready is reported again.
  func ready(_ readiness: Readiness) throws(SystemError)
}

/// The shim's one thread: waits for the next ready descriptor and tells its handler.
final class Reactor {
  private let loop: EventLoop
  private var handlers: [UInt64: any EventHandler] = [:]
  private var lastToken: UInt64 = 0
  /// After this without an event the shim is taken to be idle: most containers say nothing for most of their life.
  private static let idleAfterMilliseconds: Int32 = 1000
  private var isIdle = false

  init() throws(SystemError) { loop = try EventLoop() }

  /// Waits for one event and handles it. An event whose handler has been removed meanwhile is passed over.
  func runOnce() throws(SystemError) {
    let next =
      isIdle ? try loop.nextWithoutMemory() : try loop.next(milliseconds: Self.idleAfterMilliseconds)
    isIdle = next == nil
    guard let event = next else { return }
    try handlers[event.token]?.ready(event.readiness)
  }

  fileprivate func add(
    _ descriptor: borrowing OwnedDescriptor, _ interest: Readiness, _ handler: any EventHandler
  ) throws(SystemError) -> UInt64 {
    lastToken += 1
    try loop.watch(descriptor, for: interest, token: lastToken)
    handlers[lastToken] = handler
    return lastToken
  }

  fileprivate func change(
    _ descriptor: borrowing OwnedDescriptor, _ interest: Readiness, _ token: UInt64
  ) throws(SystemError) {
    try loop.change(descriptor, to: interest, token: token)
  }

  fileprivate func remove(_ descriptor: borrowing OwnedDescriptor, _ token: UInt64) throws(SystemError) {
    handlers[token] = nil
    try loop.stop(descriptor)
  }
}

/// A descriptor that can be watched: its owner keeps this object, and dropping it closes the descriptor.
///
/// While it is watched the reactor keeps the handler alive, so an owner that is its own handler must call `ignore`.
final class EventSource {
  let descriptor: OwnedDescriptor
  private let reactor: Reactor
  private var token: UInt64?
  private(set) var interest: Readiness = []

  /// Takes the descriptor and makes it non-blocking.
  init(_ descriptor: consuming OwnedDescriptor, _ reactor: Reactor) throws(SystemError) {
    self.descriptor = descriptor
    self.reactor = reactor
    try self.descriptor.setNonBlocking()
  }

  /// Has `handler` told when the descriptor is ready for `interest`, and, whatever the interest, of hang-up and
  /// error: with nothing to do about those, `ignore` it, or the loop spins.
  func watch(_ interest: Readiness, _ handler: any EventHandler) throws(SystemError) {
    if let token {
      guard interest != self.interest else { return }
      try reactor.change(descriptor, interest, token)
    } else {
      token = try reactor.add(descriptor, interest, handler)
    }
    self.interest = interest
  }

  /// Takes the descriptor out of the loop. Explicitly, and not by closing: a duplicate may be open, as of a terminal.
  func ignore() throws(SystemError) {
    guard let token else { return }
    self.token = nil
    interest = []
    try reactor.remove(descriptor, token)
  }
}
