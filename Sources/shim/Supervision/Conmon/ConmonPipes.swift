package import LinuxSystem

/// What a conmon is handed by its caller through the environment: the numbers of inherited pipes or sockets.
package struct ConmonPipes: ~Copyable {
  /// `_OCI_STARTPIPE`: to be read before anything is started, so that the caller can put us into a cgroup first; read a
  /// second time when an exec session waits for its caller to attach.
  package var start: OwnedDescriptor?
  /// `_OCI_SYNCPIPE`: what became of it, one line of JSON each.
  package var sync: OwnedDescriptor?
  /// `_OCI_ATTACHPIPE`: told when an exec session can be attached to.
  package var attach: OwnedDescriptor?

  /// Takes over the descriptors that the environment names.
  /// - Throws: `SystemError` naming the variable whose number is none or not open.
  package init() throws(SystemError) {
    start = try Self.take("_OCI_STARTPIPE")
    sync = try Self.take("_OCI_SYNCPIPE")
    attach = try Self.take("_OCI_ATTACHPIPE")
  }

  /// Whether somebody is told what fails.
  package var hasSync: Bool {
    switch sync {
    case .some: true
    case .none: false
    }
  }

  private static func take(_ variable: String) throws(SystemError) -> OwnedDescriptor? {
    guard let text = Environment.value(variable) else { return nil }
    guard let number = Int32(text), number > 2, isOpenDescriptor(number) else {
      throw SystemError("use", code: ErrorCode.badDescriptor, subject: "\(variable)=\(text)")
    }
    let descriptor = OwnedDescriptor(owning: number)
    try descriptor.setCloseOnExec(true)
    return descriptor
  }

  /// Waits for the caller's word to begin.
  package borrowing func waitForStart() throws(SystemError) {
    switch start {
    case .some(let pipe): _ = try pipe.readChunk(limit: 8192)
    case .none: break
    }
  }
}
