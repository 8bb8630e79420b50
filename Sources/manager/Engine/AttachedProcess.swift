package import ShimProtocol
package import Store

/// A process with a connection to its shim: what it writes arrives here, and what it reads goes in.
package struct AttachedProcess: ~Copyable {
  /// The container it belongs to.
  package let container: ContainerRecord
  /// In the host's namespace.
  package let pid: Int32
  /// Whether it has a terminal.
  package let terminal: Bool
  /// Whether it reads input.
  package let keepsInput: Bool
  /// What it wrote before it was told as started, in order.
  package let earlyOutput: [ShimMessage]
  /// Of one that `exec` has started: what its events call it.
  package var execID: String?
  /// Carries its further messages: `output`, and at the end `exited`.
  package let connection: ShimConnection

  /// Names them.
  init(
    container: ContainerRecord, pid: Int32, terminal: Bool, keepsInput: Bool, earlyOutput: [ShimMessage],
    execID: String? = nil, connection: consuming ShimConnection
  ) {
    (self.container, self.pid, self.terminal, self.keepsInput) = (container, pid, terminal, keepsInput)
    (self.earlyOutput, self.execID) = (earlyOutput, execID)
    self.connection = connection
  }

  /// Hands the connection over.
  package consuming func takeConnection() -> ShimConnection { connection }
}
