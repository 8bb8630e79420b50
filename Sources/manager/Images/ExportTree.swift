internal import LinuxSystem
internal import Store

/// Takes the next bytes of a tar.
package typealias TarOutput = ([UInt8]) throws(ImageError) -> Void

extension ImageStore {
  /// Writes the tar of a container's whole tree, without what is mounted in it.
  /// - Parameters:
  ///   - tree: a directory that holds it; or, with `lower`, nil.
  ///   - lower: the directories, top first, of which overlayfs makes the tree, for nobody but the reading process.
  ///   - output: takes the tar.
  /// - Throws: `ImageError`.
  package func export(
    _ tree: String?, lower: [String] = [], into output: TarOutput
  ) throws(ImageError) {
    try sweepTemporary()
    let work = try TemporaryDirectory(below: store.paths.temporary)
    let reading: ReadProcess
    do throws(SystemError) {
      reading = try ReadProcess(reader, .plain, tree ?? work.path, lower: lower)
    } catch { throw .system(error) }
    try reading.read("export", into: output)
    _ = consume work
  }
}
