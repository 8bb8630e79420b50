internal import LinuxSystem
internal import ShimProtocol

// What the container writes goes to every client at the speed of the slowest one that takes it, as a pipe to each of
// them would have it. One that takes nothing holds nobody up for long.

extension Supervisor {
  /// How long a client may take nothing while the container waits for it (spec/shim-protocol.md, Output).
  private static let patienceLasts = Duration.seconds(2)

  /// The client is behind: the container waits.
  func holdBack(for client: Client) throws(SystemError) {
    guard !slowClients.contains(where: { $0 === client }) else { return }
    slowClients.append(client)
    client.hasTaken = false
    try streams?.setPaused(true)
    if slowClients.count == 1 { try waitForSlowClients() }
  }

  /// The client has caught up or gone: the container goes on when it was the last to be waited for.
  func letGo(of client: Client) throws(SystemError) {
    guard slowClients.contains(where: { $0 === client }) else { return }
    slowClients.removeAll { $0 === client }
    guard slowClients.isEmpty else { return }
    try patience.cancel()
    try streams?.setPaused(false)
  }

  private func waitForSlowClients() throws(SystemError) {
    try patience.arm(after: Self.patienceLasts) { [unowned self] () throws(SystemError) in
      // When the container has ended nobody is held back any more; the farewell has a time of its own.
      guard streams != nil else { return slowClients = [] }
      for client in slowClients {
        if client.hasTaken || isAlone(client) { client.hasTaken = false } else { try drop(client) }
      }
      if !slowClients.isEmpty { try waitForSlowClients() }
    }
  }

  /// A launcher that nobody else is attached beside: its container waits for it as a program waits for its pipe.
  private func isAlone(_ client: Client) -> Bool {
    client === launcher
      && !clients.contains { $0 !== client && !$0.streams.isDisjoint(with: [.output, .error]) }
  }

  private func drop(_ client: Client) throws(SystemError) {
    // Its manager goes, so it will not clean up.
    if client === launcher { launcher = nil }
    try letGo(of: client)
    try client.drop(
      "no output was taken for \(Self.patienceLasts.components.seconds) seconds, so it comes here no more; "
        + "the container goes on")
  }
}
