internal import LinuxSystem

/// The jailed process that makes a tar of a container's files. They change while it reads, and a directory that becomes a
/// link must not lead it to the host's.
package enum ReadTree {
  /// The hidden sub-command that runs it: `apus read-tree FORM DIR [LOWER...]`.
  package static let subcommand = "read-tree"

  /// Writes the tar to standard output; a failure is one line on standard error.
  /// - Parameters:
  ///   - form: `plain` or `layer` (`DirectoryTar.Form`).
  ///   - directory: what is read, an absolute path.
  ///   - lower: directories, top first, of which overlayfs makes one tree on `directory` first; none reads what is there.
  /// - Returns: the process's exit code, 0 or 1; it can do nothing else in the jail.
  package static func run(_ form: String, _ directory: String, lower: [String]) -> Int32 {
    do throws(ImageError) {
      guard let form = DirectoryTar.Form(rawValue: form) else { throw .failed("unknown form \"\(form)\"") }
      do throws(SystemError) {
        try Jail.useUTF8()
        try Jail.enter(directory) { () throws(SystemError) in
          if !lower.isEmpty { try Overlay.mountForReading(lower, on: directory) }
        }
      } catch { throw .system(error) }
      var tar = try DirectoryTar("/", form: form) { (bytes) throws(ImageError) in
        try Jail.output(bytes)
      }
      try tar.write()
      return 0
    } catch {
      let line = if case .badSource(_, let problem) = error { problem } else { error.description }
      StandardDescriptor.error.print(line + "\n")
      return 1
    }
  }
}
