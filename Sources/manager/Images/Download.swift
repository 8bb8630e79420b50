internal import LinuxSystem

/// A file that is fetched by HTTP or HTTPS. `curl` does it: it knows proxies, certificates and redirections as the machine
/// is set up for them.
final class Download {
  private let url: String
  private let process: ProcessHandle
  private let output: OwnedDescriptor
  private var hasEnded = false

  /// Starts it.
  /// - Throws: `.badSource` when there is no `curl` on PATH.
  init(_ url: String) throws(ImageError) {
    self.url = url
    let path = Environment.value("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    guard let program = Environment.findProgram("curl", path: path) else {
      throw .badSource(
        source: url,
        problem: "\"curl\" is not on PATH; addresses are fetched by it: install it, or pipe the file in")
    }
    do throws(SystemError) {
      let pipe = try makePipe()
      // Only the web, also after a redirection: curl reads files and other things too.
      var plan = SpawnPlan(
        program, ["--fail", "--silent", "--show-error", "--location", "--proto", "=http,https", "--", url])
      plan.descriptors = [(1, pipe.second.raw), (2, 2)]
      process = try spawn(plan)
      output = pipe.first
    } catch { throw .system(error) }
  }

  deinit {
    if hasEnded { return }
    do throws(SystemError) {
      try process.signal(Signal.kill)
      _ = try process.wait()
    } catch {}
  }

  /// The next bytes; empty at the end.
  /// - Throws: `.badSource` when it did not end well.
  func read() throws(ImageError) -> [UInt8] {
    if hasEnded { return [] }
    do throws(SystemError) {
      let bytes = try output.readChunk(limit: 1 << 18)
      if !bytes.isEmpty { return bytes }
      let status = try process.wait()
      hasEnded = true
      if status == .exited(0) { return [] }
    } catch { throw .system(error) }
    throw .badSource(source: url, problem: "cannot be fetched; curl says why above")
  }
}
