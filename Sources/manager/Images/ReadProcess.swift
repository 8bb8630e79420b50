internal import LinuxSystem

/// The jailed process that makes a tar of a tree, seen from outside. It does not outlive this object.
final class ReadProcess {
  private let process: ProcessHandle
  private let output: OwnedDescriptor
  private let complaint: OwnedDescriptor
  private var hasEnded = false

  /// Starts it.
  /// - Parameter program: and its first arguments; form and directories come last.
  init(
    _ program: [String], _ form: DirectoryTar.Form, _ directory: String, lower: [String] = []
  ) throws(SystemError) {
    let output = try makePipe()
    let complaint = try makePipe()
    var plan = SpawnPlan(
      program.first ?? "", program.dropFirst() + [form.rawValue, directory] + lower, environment: [])
    plan.descriptors = [(1, output.second.raw), (2, complaint.second.raw)]
    process = try spawn(plan)
    // An unprivileged limit is no reason to fail.
    do throws(SystemError) { try output.second.setPipeCapacity(1 << 20) } catch {}
    self.output = output.first
    self.complaint = complaint.first
  }

  deinit {
    if hasEnded { return }
    do throws(SystemError) {
      try process.signal(Signal.kill)
      _ = try process.wait()
    } catch {}
  }

  /// Hands on the whole tar.
  /// - Parameter doing: for messages, such as `commit`.
  /// - Throws: `.failed` with its line when it did not end well; what `take` throws.
  func read(_ doing: String, into take: ([UInt8]) throws(ImageError) -> Void) throws(ImageError) {
    while case let bytes = try chunk(), !bytes.isEmpty { try take(bytes) }
    let (line, status): (String, ExitStatus)
    do throws(SystemError) {
      line = String(decoding: try complaint.readAll(limit: 1 << 16), as: UTF8.self)
      status = try process.wait()
    } catch { throw .system(error) }
    hasEnded = true
    if status == .exited(0) { return }
    let reason =
      line.split(separator: "\n").first.map(String.init) ?? "the reading process ended with \(status)"
    throw .failed("\(doing): \(reason)")
  }

  private func chunk() throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try output.readChunk(limit: 1 << 18) } catch { throw .system(error) }
  }
}
