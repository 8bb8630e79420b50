internal import JSONDocument
internal import LinuxSystem

/// The jailed process that unpacks one layer, seen from outside: tar bytes go in, a report comes out. It does not
/// outlive this object.
final class UnpackProcess {
  private let process: JailedProcess

  /// Starts it.
  /// - Parameters:
  ///   - program: and its first arguments; the directory comes last.
  ///   - directory: where to unpack: empty, absolute.
  init(_ program: [String], directory: String) throws(SystemError) {
    process = try JailedProcess(
      SpawnPlan(program.first ?? "", program.dropFirst() + [directory], environment: []), takesInput: true)
  }

  /// Hands it the next bytes of the tar.
  /// - Returns: false when it has gone; `finish` then says why.
  func write(_ bytes: [UInt8]) throws(SystemError) -> Bool { try process.write(bytes) }

  /// Ends the tar and waits for the outcome.
  /// - Throws: `LayerError` with its one line, or what became of it.
  func finish() throws(LayerError) -> UnpackedLayer {
    let report: [UInt8]
    let (status, complaint): (ExitStatus, String?)
    do throws(SystemError) {
      process.endInput()
      report = try process.readAll()
      (status, complaint) = try process.finish()
    } catch { throw LayerError("\(error)") }
    switch status {
    case .exited(0):
      do throws(DocumentError) {
        return try JSON.decode(UnpackedLayer.self, from: report, file: "the unpacking process's report")
      } catch { throw LayerError("\(error)") }
    case .exited(let code):
      throw LayerError(complaint ?? "the unpacking process ended with code \(code)")
    case .signaled(let signal):
      throw LayerError("the unpacking process was ended by SIG\(Signal.name(signal))")
    }
  }
}
