internal import JSONDocument
internal import LinuxSystem

/// The jailed process that unpacks one layer, seen from outside: tar bytes go in, a report comes out. It does not
/// outlive this object.
final class UnpackProcess {
  private let process: ProcessHandle
  private var input: OwnedDescriptor?
  private let report: OwnedDescriptor
  private let complaint: OwnedDescriptor
  private var hasEnded = false

  /// Starts it.
  /// - Parameters:
  ///   - program: and its first arguments; the directory comes last.
  ///   - directory: where to unpack: empty, absolute.
  init(_ program: [String], directory: String) throws(SystemError) {
    // Its death must reach us as EPIPE.
    ignoreSignal(Signal.pipe)
    let toChild = try makePipe()
    let fromChild = try makePipe()
    let complaints = try makePipe()
    var plan = SpawnPlan(program.first ?? "", program.dropFirst() + [directory], environment: [])
    plan.descriptors = [(0, toChild.first.raw), (1, fromChild.second.raw), (2, complaints.second.raw)]
    process = try spawn(plan)
    // Room for both sides to work at the same time; an unprivileged limit is no reason to fail.
    do throws(SystemError) { try toChild.second.setPipeCapacity(1 << 20) } catch {}
    let writing = toChild.second
    input = consume writing
    report = fromChild.first
    complaint = complaints.first
  }

  deinit {
    if hasEnded { return }
    do throws(SystemError) {
      try process.signal(Signal.kill)
      _ = try process.wait()
    } catch {}
  }

  /// Hands it the next bytes of the tar.
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

  /// Ends the tar and waits for the outcome.
  /// - Throws: `LayerError` with its one line, or what became of it.
  func finish() throws(LayerError) -> UnpackedLayer {
    let (report, complaint, status) = try outcome()
    switch status {
    case .exited(0):
      do throws(DocumentError) {
        return try JSON.decode(UnpackedLayer.self, from: report, file: "the unpacking process's report")
      } catch { throw LayerError("\(error)") }
    case .exited(let code):
      let line = String(decoding: complaint, as: UTF8.self).split(separator: "\n").first.map(String.init)
      throw LayerError(line ?? "the unpacking process ended with code \(code)")
    case .signaled(let signal):
      throw LayerError("the unpacking process was ended by SIG\(Signal.name(signal))")
    }
  }

  private func outcome() throws(LayerError) -> (report: [UInt8], complaint: [UInt8], status: ExitStatus) {
    do throws(SystemError) {
      // The end of its input is what it waits for.
      input = nil
      let (report, complaint) = (try report.readAll(limit: 1 << 16), try complaint.readAll(limit: 1 << 16))
      let status = try process.wait()
      hasEnded = true
      return (report, complaint, status)
    } catch { throw LayerError("\(error)") }
  }
}
