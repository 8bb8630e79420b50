internal import CLinux
internal import Glibc

/// What a descriptor is ready for (epoll_ctl(2)).
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let read = Readiness(rawValue: UInt32(truncatingIfNeeded: clinux_EPOLLIN))
  package static let write = Readiness(rawValue: UInt32(truncatingIfNeeded: clinux_EPOLLOUT))
  /// The peer closed; always reported, never asked for.
  package static let hangUp = Readiness(rawValue: UInt32(truncatingIfNeeded: clinux_EPOLLHUP))
  package static let error = Readiness(rawValue: UInt32(truncatingIfNeeded: clinux_EPOLLERR))
  package static let priority = Readiness(rawValue: UInt32(truncatingIfNeeded: clinux_EPOLLPRI))
}

/// A descriptor that the kernel makes readable when something has happened, and that is read by eight bytes.
/// Calls `eventfd(2)`.
package func makeEventDescriptor() throws(SystemError) -> OwnedDescriptor {
  OwnedDescriptor(owning: try check("eventfd") { clinux_eventfd() })
}

/// A set of descriptors to wait on: one thread, one event at a time (epoll(7), level-triggered).
///
/// A watched descriptor is known by a token of the caller's choosing; it leaves the set when it is closed
/// (provided that no duplicate is open) or by `stop`.
package struct EventLoop: ~Copyable {
  private let epoll: OwnedDescriptor

  /// Calls `epoll_create1(2)`.
  package init() throws(SystemError) {
    epoll = OwnedDescriptor(
      owning: try check("epoll_create1") { clinux_epoll_create1(Int32(clinux_O_CLOEXEC)) })
  }

  /// Starts to watch `descriptor`. EPERM means a regular file, which is always ready and cannot be watched.
  package borrowing func watch(
    _ descriptor: borrowing OwnedDescriptor, for readiness: Readiness, token: UInt64
  )
    throws(SystemError)
  {
    try control(clinux_EPOLL_CTL_ADD, descriptor.raw, readiness, token)
  }

  /// Starts to watch one of the standard descriptors.
  package borrowing func watch(_ descriptor: StandardDescriptor, for readiness: Readiness, token: UInt64)
    throws(SystemError)
  {
    try control(clinux_EPOLL_CTL_ADD, descriptor.rawValue, readiness, token)
  }

  /// Changes what `descriptor` is watched for; an empty set leaves only hang-up and error.
  package borrowing func change(
    _ descriptor: borrowing OwnedDescriptor, to readiness: Readiness, token: UInt64
  )
    throws(SystemError)
  {
    try control(clinux_EPOLL_CTL_MOD, descriptor.raw, readiness, token)
  }

  /// Stops watching `descriptor`.
  package borrowing func stop(_ descriptor: borrowing OwnedDescriptor) throws(SystemError) {
    try control(clinux_EPOLL_CTL_DEL, descriptor.raw, [], 0)
  }

  /// Stops watching one of the standard descriptors.
  package borrowing func stop(_ descriptor: StandardDescriptor) throws(SystemError) {
    try control(clinux_EPOLL_CTL_DEL, descriptor.rawValue, [], 0)
  }

  /// Waits for one event. Calls `epoll_wait(2)`.
  /// - Parameter milliseconds: nil waits for ever.
  /// - Returns: nil when the time is over.
  package borrowing func next(
    milliseconds: Int32? = nil
  ) throws(SystemError) -> (token: UInt64, readiness: Readiness)? {
    try unsafe wait { (epoll, events, token) in
      unsafe clinux_epoll_wait(epoll, events, token, milliseconds ?? -1)
    }
  }

  borrowing func wait(
    _ call: (Int32, UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt64>) -> Int32
  ) throws(SystemError) -> (token: UInt64, readiness: Readiness)? {
    let number = epoll.raw
    var events: UInt32 = 0
    var token: UInt64 = 0
    let count = try check("epoll_wait") { unsafe call(number, &events, &token) }
    return count == 0 ? nil : (token, Readiness(rawValue: events))
  }

  private borrowing func control(
    _ operation: Int64, _ descriptor: Int32, _ readiness: Readiness, _ token: UInt64
  ) throws(SystemError) {
    let number = epoll.raw
    try checkDone("epoll_ctl") {
      clinux_epoll_ctl(number, Int32(operation), descriptor, readiness.rawValue, token)
    }
  }
}
