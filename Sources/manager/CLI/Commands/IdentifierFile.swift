internal import LinuxSystem
internal import Options

/// The file of `--cidfile`: made before the container, so that a name that is taken is told first, and removed again
/// when no container came of it.
struct IdentifierFile: ~Copyable {
  private let path: String?
  private var isWritten = false

  /// Makes the file, when one is wanted.
  /// - Throws: `OptionError` when it is there already, or cannot be made.
  init(_ path: String?) throws {
    if let path {
      do throws(SystemError) {
        _ = try openFile(path, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
      } catch {
        let hint =
          error.code == ErrorCode.exists ? "; remove it, or make sure that its container is gone" : ""
        throw OptionError("--cidfile", path, error.reason + hint)
      }
    }
    // Last: of a value that is whole the end removes the file, also when its init throws.
    self.path = path
  }

  deinit {
    guard let path, !isWritten else { return }
    do throws(SystemError) { try removeFile(path) } catch { return }
  }

  /// Writes the id.
  consuming func write(_ id: String) throws {
    guard let path else { return }
    let file = try openFile(path, [.writeOnly, .noFollow])
    try file.writeAll(id)
    isWritten = true
  }
}
