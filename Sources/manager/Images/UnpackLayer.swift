internal import JSONDocument
internal import LinuxSystem

/// What unpacking has put on disk.
struct UnpackedLayer: Codable, Sendable, Equatable {
  /// The sum of the regular files' sizes.
  var sizeBytes: Int64
  /// The number of tar entries.
  var entries: Int64
}

/// The jailed process that unpacks a layer's tar, which is hostile input.
package enum UnpackLayer {
  /// The hidden sub-command that runs it: `apus unpack-layer DIR`.
  package static let subcommand = "unpack-layer"
  /// The flag that takes every name as it stands: no whiteouts.
  package static let plainFlag = "--plain"

  /// Unpacks the tar stream on standard input into `directory`, which becomes this process's only file system before
  /// the first byte is read. Ends with one line of JSON on standard output, or with one line on standard error.
  /// - Parameters:
  ///   - directory: an absolute path of an existing directory, empty for a layer.
  ///   - isPlain: whether the tar is no layer, so that nothing in it is a whiteout.
  /// - Returns: the process's exit code, 0 or 1. The caller ends the process with it at once: it can do nothing else
  ///   in the jail.
  package static func run(_ directory: String, isPlain: Bool = false) -> Int32 {
    do throws(LayerError) {
      do throws(SystemError) { try Jail.enter(directory) } catch { throw LayerError("\(error)") }
      var extraction = try LayerExtraction(isPlain: isPlain) { () throws(ImageError) in try Jail.input() }
      try extraction.run()
      StandardDescriptor.output.print(try report(extraction.result))
      return 0
    } catch {
      StandardDescriptor.error.print("\(error)\n")
      return 1
    }
  }

  private static func report(_ layer: UnpackedLayer) throws(LayerError) -> String {
    do throws(DocumentError) { return String(decoding: try JSON.encode(layer), as: UTF8.self) + "\n" } catch {
      throw LayerError("\(error)")
    }
  }
}
