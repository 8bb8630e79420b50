package import LinuxSystem

// Running one hook, the same way wherever it runs: by the supervisor, `start` and `delete` in the runtime's namespaces,
// by init in the container's.

/// What came of a hook: nil is success, and what it has written.
package struct HookReport: ~Copyable {
  package let failure: HookFailure?
  /// A file in memory, standard output and standard error in one.
  package let output: OwnedDescriptor

  /// The file alone.
  consuming func takeOutput() -> OwnedDescriptor { output }
}

/// Runs a hook to its end.
/// - Parameters:
///   - pid: the container's, as the hook will see it.
///   - isSingleThreaded: see `clone`.
///   - variables: what its environment gets that was not known when it was planned.
///   - prepare: what the hook's process does last before it becomes the hook.
/// - Throws: `SystemError` when not even a process could be made.
package func runHook(
  _ action: HookAction, pid: Int32, isSingleThreaded: Bool? = nil, adding variables: [String] = [],
  prepare: () throws(SystemError) -> Void = {}
) throws(SystemError) -> HookReport {
  restoreSignal(Signal.child)
  // Files in memory and not pipes: neither a hook that reads nothing nor one that writes much, nor one that leaves a
  // daemon behind, can keep us waiting.
  let input = try makeMemoryFile("state")
  try input.writeAll(action.state.text(pid: pid))
  try rewind(input)
  let output = try makeMemoryFile("hook output")
  let pair = try makeSocketPair()
  let cargo = HookCargo(
    action: action, environment: action.environment + variables, input: try input.duplicate(),
    output: try output.duplicate(), report: pair.second)
  let process = try clone([], isSingleThreaded: isSingleThreaded, cargo) { cargo in
    becomeHook(cargo, prepare)
  }
  func report(_ ending: HookFailure.Ending?) -> HookFailure? {
    ending.map { HookFailure(action.kind, action.index, $0) }
  }
  // The connection ends with exec, unless the process says before what it could not do.
  if case .failure(_, let code) = try InitRecord.receive(over: pair.first) {
    try reap(process)
    return HookReport(failure: report(.failed(code)), output: output)
  }
  return HookReport(failure: report(try ending(of: process, seconds: action.timeoutSeconds)), output: output)
}

/// - Returns: nil for success.
private func ending(
  of process: borrowing ProcessHandle, seconds: Int?
) throws(SystemError) -> HookFailure.Ending? {
  let loop = try EventLoop()
  try loop.watch(process.descriptor, for: .read, token: 0)
  // At most what epoll_wait(2) counts in milliseconds: 24 days.
  let limit = seconds.map { Int32(min($0, Int(Int32.max) / 1000)) * 1000 }
  guard try loop.next(milliseconds: limit) != nil else {
    // With its children: what it has started would otherwise go on with work that counts as failed.
    try signalProcessGroup(Signal.kill, ledBy: process.pid)
    try reap(process)
    return .timedOut
  }
  switch try process.wait() {
  case .exited(0): return nil
  case .exited(let code): return .exited(code)
  case .signaled(let signal): return .signaled(signal)
  }
}

/// Waits for a process of which it is known already what came of it.
private func reap(_ process: borrowing ProcessHandle) throws(SystemError) {
  _ = try process.wait()  // allowed: see above
}

/// What the hook's process takes over.
private struct HookCargo: ~Copyable {
  let action: HookAction
  let environment: [String]
  let input: OwnedDescriptor
  let output: OwnedDescriptor
  let report: OwnedDescriptor
}

/// In the new process: the hook gets its three standard descriptors and nothing else of ours.
private func becomeHook(_ cargo: consuming HookCargo, _ prepare: () throws(SystemError) -> Void) {
  let (action, environment) = (cargo.action, cargo.environment)
  do throws(SystemError) {
    try startProcessGroup()
    try resetSignals()
    try duplicate(cargo.input, onto: 0)
    try duplicate(cargo.output, onto: 1)
    try duplicate(cargo.output, onto: 2)
    try closeOnExecDescriptors(from: 3)
    if let directory = action.directory { try changeDirectory(directory) }
    try prepare()
    try execute(action.path, arguments: action.arguments, environment: environment)
  } catch {
    do throws(SystemError) {
      try InitRecord.failure(step: 0, code: error.code).send(over: cargo.report)
    } catch { exitImmediately(126) }
  }
  exitImmediately(127)
}

/// The end of a hook's output as text for a message: it may be the image's own program that wrote it, so nothing that
/// steers a terminal is left in it.
package func hookOutput(_ file: borrowing OwnedDescriptor) throws(SystemError) -> String {
  try rewind(file, toLast: 2048)
  let bytes = try file.readChunk(limit: 2048)
  let text = String(decoding: bytes, as: UTF8.self)
  let lines = text.split { $0.isNewline }.map { line in
    String(
      String.UnicodeScalarView(
        line.unicodeScalars.filter {
          $0.value >= 0x20 && $0.value != 0x7f && !(0x80...0x9f).contains($0.value)
        }))
  }
  return lines.joined(separator: "; ")
}
