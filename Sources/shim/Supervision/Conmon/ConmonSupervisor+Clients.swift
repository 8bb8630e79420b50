internal import LinuxSystem
internal import ShimProtocol

extension ConmonSupervisor: AttachOwner {
  /// How long a client that takes nothing may hold up the others.
  private static let patienceLasts = Duration.seconds(2)

  func accept(_ connection: consuming OwnedDescriptor) throws(SystemError) {
    guard phase != .leaving else { return }
    // Where there is no room to watch it the connection closes, which is its answer; the container goes on.
    do throws(SystemError) { clients.append(try AttachClient(connection, reactor, owner: self)) } catch {
      return
    }
  }

  /// Passes on what the process wrote. Into the log first, so that whatever somebody has seen is in it.
  func deliver(_ stream: OutputStream, _ record: [UInt8]) throws(SystemError) {
    let payload = record.dropFirst(MessageFormat.headerSize)
    log?.write(stream, payload)
    guard !clients.isEmpty else { return }
    let records = AttachClient.records(stream, payload)
    for client in clients { try client.send(records) }
    guard clients.contains(where: \.isBehind) else { return }
    try streams?.setPaused(true)
    try watchClients()
  }

  /// The process waits for whoever is behind, as it does with conmon; but not for one who takes nothing at all while
  /// another does, since a window that is stopped is nobody else's matter.
  private func watchClients() throws(SystemError) {
    for client in clients { client.hasMoved = false }
    try patience.arm(after: Self.patienceLasts) { [unowned self] () throws(SystemError) in
      guard let behind = clients.first(where: \.isBehind) else { return try streams?.setPaused(false) ?? () }
      let stuck = clients.filter { $0.isBehind && !$0.hasMoved }
      if stuck.count < clients.count { for client in stuck { try client.close() } }
      if behind.isOpen || clients.contains(where: \.isBehind) { try watchClients() }
    }
  }

  func caughtUp(_ client: AttachClient) throws(SystemError) {
    guard !clients.contains(where: \.isBehind) else { return }
    try streams?.setPaused(false)
  }

  func received(_ input: [UInt8], from client: AttachClient) throws(SystemError) {
    try streams?.write(input)
    if streams?.isInputFull == true {
      for client in clients { try client.setReading(false) }
    }
  }

  /// As conmon has it: whoever ends its input, or goes, ends the process's, unless --leave-stdin-open.
  func inputEnded(_ client: AttachClient) throws(SystemError) {
    if !options.leavesInputOpen { try streams?.endInput() }
  }

  func disconnected(_ client: AttachClient) throws(SystemError) {
    clients.removeAll { $0 === client }
    if !clients.contains(where: \.isBehind) { try streams?.setPaused(false) }
    try leaveIfDone()
  }

  /// A line of the control FIFO: `1 ROWS COLUMNS` resizes the terminal, `2` begins new log files.
  func control(_ numbers: [Int]) throws(SystemError) {
    switch numbers.first {
    case 1 where numbers.count >= 3:
      guard let rows = UInt16(exactly: numbers[1]), let columns = UInt16(exactly: numbers[2]) else { return }
      try streams?.resize(WindowSize(columns: columns, rows: rows))
    case 2: log?.reopen()
    default: return
    }
  }
}
