/// A file or directory of the host, as the source of a copy.
package enum HostTree {
  /// Writes a tar of what is at an absolute path.
  /// - Parameters:
  ///   - name: what it is called in the tar; nil gives what is in the directory.
  ///   - output: takes the tar.
  /// - Throws: `.conflict` naming what cannot be read; what the output throws.
  package static func read(
    _ path: String, as name: String?, into output: @escaping ([UInt8]) throws(ImageError) -> Void
  ) throws(ImageError) {
    do throws(LayerError) { try TreeWork.read(path, as: name, into: output) } catch {
      throw .conflict(error.description)
    }
  }
}
