internal import LinuxSystem
internal import Options

/// Where the programs are that the engine starts.
package struct Programs: Sendable, Equatable {
  /// This program's own file: the shim runs it to clean up.
  package let own: String
  /// What `--runtime` says: a path, or a name; nil is `apus-runtime`.
  package let runtimeOption: String?

  /// Names this program's file and the wish for a runtime. Nothing is looked for yet.
  package init(own: String, runtimeOption: String?) {
    self.own = own
    self.runtimeOption = runtimeOption
  }

  /// The shim.
  /// - Throws: `EngineError` when there is none.
  package func shim() throws(EngineError) -> String { try find("apus-shim") }

  /// What `--init` makes process 1 of a container.
  /// - Throws: `EngineError` when there is none.
  package func containerInit() throws(EngineError) -> String { try find("apus-init") }

  /// What makes networks.
  /// - Throws: `EngineError` when there is none.
  package func network() throws(EngineError) -> String {
    do throws(EngineError) { return try find("apus-network") } catch {
      throw EngineError(error.kind, "\(error.message); \(Self.withoutBridges)")
    }
  }

  /// For whoever cannot have what a container gets by default.
  static let withoutBridges =
    "bridges need apus-network, CAP_NET_ADMIN, and bridge, veth and nf_tables in the kernel; "
    + "--network none and --network host work without"

  /// The OCI runtime, absolute.
  /// - Parameter option: a wish of this one request, which wins over the general one.
  /// - Throws: `EngineError` when there is none.
  package func runtime(_ option: String? = nil) throws(EngineError) -> String {
    guard let wish = option ?? runtimeOption else { return try find("apus-runtime") }
    guard wish.contains("/") else { return try find(wish) }
    do throws(SystemError) {
      let path = try realPath(wish)
      guard Environment.isExecutableFile(path) else {
        throw SystemError("open", code: ErrorCode.access, subject: path)
      }
      return path
    } catch {
      throw EngineError(.invalid, "runtime \(quoted(wish)): \(error.reason); give an OCI runtime's program")
    }
  }

  /// Beside this program first, so that what was built together runs together; then on PATH.
  private func find(_ name: String) throws(EngineError) -> String {
    let beside = "\(splitPath(own).directory)/\(name)"
    if Environment.isExecutableFile(beside) { return beside }
    let path = Environment.value("PATH") ?? ProcessEnvironment.defaultPath
    if let found = Environment.findProgram(name, path: path) { return found }
    throw EngineError(
      .failed, "\(quoted(name)) is neither beside \(quoted(own)) nor on PATH; install it there")
  }
}
