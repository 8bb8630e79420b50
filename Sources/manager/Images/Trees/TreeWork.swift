internal import JSONDocument
internal import LinuxSystem

/// The jailed process that looks at, reads and writes a file system for `cp`: hostile paths and hostile tars.
package enum TreeWork {
  /// The hidden sub-command that runs it.
  package static let subcommand = "tree-work"
  /// Where the request is.
  static let requestDescriptor: Int32 = 3

  /// Does what the request on descriptor 3 asks. Ends with its answer on standard output, or with one line on standard
  /// error.
  /// - Returns: the process's exit code, 0 or 1. The caller ends the process with it at once: it can do nothing else
  ///   in the jail.
  package static func run() -> Int32 {
    do throws(LayerError) {
      let request = try readRequest()
      do throws(SystemError) { try TreeJail.enter(request) } catch { throw LayerError("\(error)") }
      try perform(request.task)
      return 0
    } catch {
      StandardDescriptor.error.print("\(error)\n")
      return 1
    }
  }

  private static func readRequest() throws(LayerError) -> TreeRequest {
    let file = OwnedDescriptor(owning: requestDescriptor)
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try file.readAll() } catch { throw LayerError("\(error)") }
    do throws(DocumentError) {
      return try JSON.decode(TreeRequest.self, from: bytes, file: "request")
    } catch { throw LayerError("\(error)") }
  }

  private static func perform(_ task: TreeRequest.Task) throws(LayerError) {
    switch task {
    case .status(let path, let follow): try status(path, follow)
    case .read(let path, let name):
      try TreeWork.read(path, as: name) { (bytes) throws(ImageError) in try Jail.output(bytes) }
    case .write(let directory, let keepsOwners):
      do throws(SystemError) { try changeDirectory(directory) } catch { throw LayerError("\(error)") }
      var extraction = try TreeExtraction(keepsOwners: keepsOwners) { () throws(ImageError) in
        try Jail.input()
      }
      try extraction.run()
    }
  }

  private static func status(_ path: String, _ follow: Bool) throws(LayerError) {
    let answer: [UInt8]
    do throws(ImageError) {
      let status = try TreeStatus(looking: path, follow: follow)
      do throws(DocumentError) { answer = try JSON.encode(status) } catch { throw .document(error) }
      try Jail.output(answer)
    } catch { throw LayerError("\(error)") }
  }

  /// Writes a tar of what is at an absolute path.
  /// - Parameter name: what it is called in the tar; nil gives what is in the directory.
  static func read(
    _ path: String, as name: String?, into output: @escaping ByteSink.Output
  ) throws(LayerError) {
    let (directory, last) = splitPath(path)
    do throws(ImageError) {
      // By its parent: what is read need not be a directory.
      var tar =
        name == nil || path == "/"
        ? try DirectoryTar(path, as: name.map { Array($0.utf8) }, into: output)
        : try DirectoryTar(directory, start: Array(last.utf8), as: Array((name ?? "").utf8), into: output)
      try tar.write()
    } catch {
      if case .badSource(_, let problem) = error { throw LayerError("\(path): \(problem)") }
      throw LayerError("\(error)")
    }
  }
}
