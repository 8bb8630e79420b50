internal import LinuxSystem

/// The signals that are meant for the container (conmon, `ctr_exit.c`: TERM, INT and QUIT are passed on).
final class SignalRelay: EventHandler {
  private let watch: SignalWatch
  private let source: EventSource
  private let received: (Int32) -> Void

  init(_ reactor: Reactor, received: @escaping (Int32) -> Void) throws(SystemError) {
    watch = try SignalWatch([Signal.terminate, Signal.interrupt, Signal.quit])
    source = try EventSource(try watch.descriptor.duplicate(), reactor)
    self.received = received
    try source.watch(.read, self)
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    while let number = try watch.next() { received(number) }
  }
}
