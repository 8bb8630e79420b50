internal import LinuxSystem

/// The jailed process that makes a tar of a tree, seen from outside. It does not outlive this object.
final class ReadProcess {
  private let process: JailedProcess

  /// Starts it.
  /// - Parameter program: and its first arguments; form and directories come last.
  init(
    _ program: [String], _ form: DirectoryTar.Form, _ directory: String, lower: [String] = []
  ) throws(SystemError) {
    let arguments = program.dropFirst() + [form.rawValue, directory] + lower
    process = try JailedProcess(
      SpawnPlan(program.first ?? "", arguments, environment: []), takesInput: false)
  }

  /// Hands on the whole tar.
  /// - Parameter doing: for messages, such as `commit`.
  /// - Throws: `.failed` with its line when it did not end well; what `take` throws.
  func read(_ doing: String, into take: ([UInt8]) throws(ImageError) -> Void) throws(ImageError) {
    while case let bytes = try chunk(), !bytes.isEmpty { try take(bytes) }
    let (status, complaint): (ExitStatus, String?)
    do throws(SystemError) { (status, complaint) = try process.finish() } catch { throw .system(error) }
    if status == .exited(0) { return }
    throw .failed("\(doing): \(complaint ?? "the reading process ended with \(status)")")
  }

  private func chunk() throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try process.read() } catch { throw .system(error) }
  }
}
