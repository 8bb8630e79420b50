internal import LinuxSystem
internal import ShimProtocol

extension Supervisor: ClientOwner {
  /// Passes on what the container wrote. Into the log first, so that whatever somebody has seen is in it.
  func deliver(_ stream: OutputStream, _ record: [UInt8]) throws(SystemError) {
    log?.write(stream, record.dropFirst(MessageFormat.headerSize))
    let wanted: AttachStreams = stream == .output ? .output : .error
    let readers = clients.filter { $0.streams.contains(wanted) }
    guard !readers.isEmpty else { return }
    // Exactly as large as it is: a queue of small pieces in buffers for large ones would be far over its limit.
    let shared = Array(record[...])
    for client in readers {
      try client.send(record: shared)
      if client.isBehind { try holdBack(for: client) }
    }
  }

  func received(_ message: ShimMessage, from client: Client) throws(SystemError) {
    if let session = sessions.first(where: { $0.belongs(to: client) }) {
      return try session.received(message)
    }
    switch message {
    case .attach(let streams): try attach(client, streams)
    case .input(let bytes): try takeInput(bytes, from: client)
    case .inputEnd: try endInput(from: client)
    case .resize(let size):
      windowSize = size
      try streams?.resize(size)
    case .signal(let number): try signal(number, from: client)
    case .stop(let number): try stop(number, from: client)
    case .policy(let policy): try change(policy, from: client)
    case .ports(let names): try changePorts(without: names, for: client)
    case .exec(let options, let file, let id): try execute(file, options, id, for: client)
    case .cleaned: try launcherCleaned(client)
    // Its time is before this.
    case .proceed: try client.close()
    // These are ours to send.
    case .started, .failed, .output, .exited, .attached, .delivered, .dropped: try client.close()
    }
  }

  private func attach(_ client: Client, _ streams: AttachStreams) throws(SystemError) {
    client.attach(streams)
    try client.send(.attached(pid: process?.pid ?? 0))
    guard let finalMessage, client !== launcher else { return }
    try client.send(finalMessage)
    try client.closeWhenSent()
  }

  private func takeInput(_ bytes: [UInt8], from client: Client) throws(SystemError) {
    guard context.command.keepsInput, client.streams.contains(.input), let streams else { return }
    try streams.write(bytes)
    if streams.isInputFull { try client.setReading(false) }
  }

  /// The container's stdin ends when none of those attached to it has more to say, as docker does.
  private func endInput(from client: Client) throws(SystemError) {
    guard client.streams.contains(.input) else { return }
    client.hasEndedInput = true
    let mayWrite = clients.contains { $0.streams.contains(.input) && !$0.hasEndedInput }
    if !mayWrite { try streams?.endInput() }
  }

  /// Holds the ports that came with the message, and lets go of those that it names.
  private func changePorts(without names: [String], for client: Client) throws(SystemError) {
    let passed = client.takePassed()
    guard phase != .finishing, phase != .over else {
      return try client.send(.delivered(errno: ErrorCode.noProcess))
    }
    do throws(SystemError) {
      var chest = ports.take()
      if chest == nil {
        if let passed { ports = PortChest(owning: passed) }
      } else {
        defer { ports = chest.take() }
        try chest?.change(adding: passed, without: Set(names))
      }
      try client.send(.delivered(errno: 0))
    } catch { try client.send(.delivered(errno: error.code)) }
  }

  func signal(_ number: Int32, from client: Client) throws(SystemError) {
    // Nobody sends SIGKILL to what should go on.
    if number == Signal.kill, try endsPause(client) { return }
    switch phase {
    case .creating, .starting: earlySignals.append((client, number))
    case .pausing: try client.send(.delivered(errno: ErrorCode.again))
    case .running, .draining, .failing, .finishing, .over:
      try client.send(.delivered(errno: process?.signal(number) ?? ErrorCode.noProcess))
    }
  }

  private func execute(
    _ file: String, _ options: ExecOptions, _ id: String, for client: Client
  ) throws(SystemError) {
    guard phase == .running, client !== launcher, !client.isAttached else {
      let reason =
        phase == .running ? "an attached connection cannot run a process" : notRunning
      try client.send(.failed(exitCode: RuntimeFailure.engine, message: "exec: \(reason)"))
      return client === launcher ? () : try client.closeWhenSent()
    }
    sessionCount += 1
    let session = ExecSession(context, client, options, number: sessionCount, id: id) {
      [unowned self] (session) throws(SystemError) in try sessionEnded(session)
    }
    sessions.append(session)
    try session.begin(processFile: file)
  }

  private func launcherCleaned(_ client: Client) throws(SystemError) {
    guard client === launcher, phase == .finishing || phase == .draining else { return }
    isCleaned = true
    if phase == .finishing { try takeLeave() }
  }

  func disconnected(_ client: Client) throws(SystemError) {
    clients.removeAll { $0 === client }
    try letGo(of: client)
    earlySignals.removeAll { $0.client === client }
    if let session = sessions.first(where: { $0.belongs(to: client) }) { try session.disconnected() }
    if client === launcher {
      launcher = nil
      if phase == .finishing { try takeLeave() }
    } else if phase == .finishing, launcher == nil || isCleaned, !clients.contains(where: { $0 !== launcher })
    {
      phase = .over
    }
  }

  func caughtUp(_ client: Client) throws(SystemError) {
    try letGo(of: client)
    if let session = sessions.first(where: { $0.belongs(to: client) }) { try session.caughtUp() }
  }
}
