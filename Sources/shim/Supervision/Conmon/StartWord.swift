internal import LinuxSystem

/// The caller's word that it has attached to an exec session, which then begins.
final class StartWord: EventHandler {
  private let source: EventSource
  private let came: () throws(SystemError) -> Void

  init(
    _ pipe: consuming OwnedDescriptor, _ reactor: Reactor, came: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) {
    source = try EventSource(pipe, reactor)
    self.came = came
    try source.watch(.read, self)
  }

  /// A word or the pipe's end: a caller that is gone has no more to say.
  func ready(_ readiness: Readiness) throws(SystemError) {
    try source.ignore()
    try came()
  }
}
