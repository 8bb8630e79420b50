internal import LinuxSystem

/// A process of ours in a jail, seen from outside: bytes go in or come out, and its complaint is one line. It does not
/// outlive this object.
final class JailedProcess {
  private let process: ProcessHandle
  private var input: OwnedDescriptor?
  private let output: OwnedDescriptor
  private let complaint: OwnedDescriptor
  private var hasEnded = false

  /// Starts it.
  /// - Parameters:
  ///   - plan: says which program, and what it is given beside its three standard descriptors.
  ///   - takesInput: whether it is given bytes; otherwise its standard input is /dev/null.
  init(_ plan: SpawnPlan, takesInput: Bool) throws(SystemError) {
    // Its death must reach who writes as EPIPE.
    if takesInput { ignoreSignal(Signal.pipe) }
    let toChild = try makePipe()
    let fromChild = try makePipe()
    let complaints = try makePipe()
    var plan = plan
    if takesInput { plan.descriptors.append((0, toChild.first.raw)) }
    plan.descriptors += [(1, fromChild.second.raw), (2, complaints.second.raw)]
    process = try spawn(plan)
    // Room for both sides to work at the same time; an unprivileged limit is no reason to fail.
    do throws(SystemError) {
      if takesInput { try toChild.second.setPipeCapacity(1 << 20) }
      try fromChild.second.setPipeCapacity(1 << 20)
    } catch {}
    if takesInput {
      let writing = toChild.second
      input = consume writing
    }
    output = fromChild.first
    complaint = complaints.first
  }

  deinit {
    if hasEnded { return }
    do throws(SystemError) {
      try process.signal(Signal.kill)
      _ = try process.wait()
    } catch {}
  }

  /// Hands it the next bytes.
  /// - Returns: false when it has gone; `finish` then says why.
  func write(_ bytes: [UInt8]) throws(SystemError) -> Bool {
    do throws(SystemError) {
      switch input {
      case .some(let pipe): try pipe.writeAll(bytes)
      case nil: throw SystemError("write", code: ErrorCode.brokenPipe)
      }
      return true
    } catch {
      guard error.code == ErrorCode.brokenPipe else { throw error }
      return false
    }
  }

  /// There is no more for it to read.
  func endInput() { input = nil }

  /// The next bytes of what it writes; empty at the end.
  func read() throws(SystemError) -> [UInt8] { try output.readChunk(limit: 1 << 18) }

  /// All that it writes, which is short.
  func readAll() throws(SystemError) -> [UInt8] { try output.readAll(limit: 1 << 16) }

  /// Waits for its end, which no more input brings about.
  /// - Returns: how it ended, and the first line of its complaint, if it had one.
  func finish() throws(SystemError) -> (status: ExitStatus, complaint: String?) {
    endInput()
    let words = String(decoding: try complaint.readAll(limit: 1 << 16), as: UTF8.self)
    let status = try process.wait()
    hasEnded = true
    return (status, words.split(separator: "\n").first.map(String.init))
  }
}
