internal import CLinux
internal import Glibc

/// A timer that becomes readable when it is due (timerfd_create(2), monotonic clock).
package struct Timer: ~Copyable {
  package let descriptor: OwnedDescriptor

  /// Calls `timerfd_create(2)`; not armed yet.
  package init() throws(SystemError) {
    descriptor = OwnedDescriptor(
      owning: try check("timerfd_create") {
        clinux_timerfd_create(Int32(clinux_CLOCK_MONOTONIC), Int32(clinux_O_CLOEXEC) | O_NONBLOCK)
      })
  }

  /// Arms the timer once, `duration` from now (at least a nanosecond). Calls `timerfd_settime(2)`.
  package borrowing func arm(after duration: Duration) throws(SystemError) {
    let number = descriptor.raw
    let (seconds, attoseconds) = duration.components
    let nanoseconds = max(attoseconds / 1_000_000_000, seconds == 0 ? 1 : 0)
    try checkDone("timerfd_settime") { clinux_timerfd_settime(number, seconds, nanoseconds) }
  }

  /// Stops it. Calls `timerfd_settime(2)`.
  package borrowing func disarm() throws(SystemError) {
    let number = descriptor.raw
    try checkDone("timerfd_settime") { clinux_timerfd_settime(number, 0, 0) }
  }

  /// Takes the expiry, so that it is not reported again.
  package borrowing func acknowledge() throws(SystemError) {
    var bytes: [UInt8] = []
    do throws(SystemError) { try descriptor.read(into: &bytes, limit: 8) } catch {
      guard error.code == EAGAIN else { throw error }
    }
  }
}
