internal import CLibarchive
internal import LinuxSystem

// What went wrong, in one line.
extension LayerExtraction {
  func readProblem() -> LayerError {
    do throws(ImageError) { try feed.rethrow() } catch { return LayerError("\(error)") }
    let problem = unsafe archiveProblem(reader)
    if problem.contains("Unrecognized archive format") {
      return LayerError(
        "not a tar archive: give a tar, plain or under gzip, zstd, xz or bzip2, or a directory")
    }
    if problem.contains("runcated") {
      return LayerError("the tar is cut off: it ends after \(feed.total) bytes, in the middle of an entry")
    }
    return LayerError("the tar is damaged near byte \(feed.total) (\(problem))")
  }

  func writeProblem(on path: [UInt8]?) -> LayerError {
    let code = unsafe archive_errno(disk)
    let problem = unsafe archiveProblem(disk)
    // libarchive's own codes are negative, or say nothing (EILSEQ for a bad format).
    let reason = code > 0 && !problem.hasSuffix(")") ? "\(problem): \(SystemError.reason(code))" : problem
    return LayerError(path.map { "entry \(quoted($0)): \(reason)" } ?? reason)
  }
}

/// Why a layer was not unpacked: one line, whatever its author wrote into its names.
struct LayerError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
