internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem

/// Where `save`, `export` and `volume export` write: standard output, which must be no terminal, or a file that appears when it is whole.
final class ArchiveOutput {
  /// The option, for grammars.
  static let option = CommandOption.value(
    "output", short: "o", help: "Write to a file, instead of STDOUT")

  private let path: String?
  /// The file in the making; nil for standard output, and for what is written as it is, such as a FIFO.
  private let temporary: String?
  private let file: OwnedDescriptor?

  /// Writes an archive to where a command's --output says.
  /// - Parameters:
  ///   - doing: the verb, for messages.
  ///   - archive: makes the archive.
  /// - Throws: `CommandFailure` for a terminal; `SystemError`; what `archive` throws.
  static func write(
    _ invocation: Invocation, _ context: Context, doing: String,
    _ archive: (ContainerEngine, @escaping TarOutput) throws(EngineError) -> Void
  ) throws {
    let output = try ArchiveOutput(invocation.value("output"), doing: doing)
    try archive(try context.engine()) { (bytes) throws(ImageError) in try output.write(bytes) }
    try output.keep()
  }

  /// - Parameter path: nil for standard output.
  private init(_ path: String?, doing: String) throws {
    self.path = path
    guard let path else {
      // docker's words (docker/cli, command/image/save.go).
      guard !StandardDescriptor.output.isTerminal else {
        throw CommandFailure(1, "cowardly refusing to \(doing) to a terminal. Use the -o flag or redirect")
      }
      temporary = nil
      file = nil
      ignoreSignal(Signal.pipe)
      return
    }
    if fileExists(path) {
      let kind = try fileStatus(path).kind
      if kind == .directory {
        throw CommandFailure(1, "invalid output path: \"\(path)\" must not be a directory")
      }
      guard kind == .regular else {
        temporary = nil
        file = try openFile(path, [.writeOnly, .noControllingTerminal])
        return
      }
    }
    let name = splitPath(path)
    let place = "\(name.directory)/.\(name.name).\(hexadecimal(try randomBytes(4)))"
    do throws(SystemError) {
      file = try openFile(place, [.writeOnly, .create, .exclusive], mode: 0o600)
    } catch {
      throw CommandFailure(1, "invalid output path: \"\(name.directory)\": \(error.reason)")
    }
    temporary = place
  }

  deinit {
    guard let temporary else { return }
    do throws(SystemError) { try removeFile(temporary) } catch { return }
  }

  private func write(_ bytes: [UInt8]) throws(ImageError) {
    do throws(SystemError) {
      switch file {
      case .some(let file): try file.writeAll(bytes)
      case nil: try StandardDescriptor.output.writeAll(bytes)
      }
    } catch { throw .system(SystemError("write", code: error.code, subject: path ?? "standard output")) }
  }

  /// The whole is written: the file gets its name.
  private func keep() throws {
    guard let temporary, let path else { return }
    try renameFile(temporary, to: path)
  }
}
