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
      do throws(SystemError) { try enterJail(directory) } catch { throw LayerError("\(error)") }
      var extraction = try LayerExtraction(isPlain: isPlain) { () throws(ImageError) in try readInput() }
      try extraction.run()
      StandardDescriptor.output.print(try report(extraction.result))
      return 0
    } catch {
      StandardDescriptor.error.print("\(error)\n")
      return 1
    }
  }

  /// Leaves this process nothing but `directory` and its three standard descriptors.
  private static func enterJail(_ directory: String) throws(SystemError) {
    // Directories that the tar only implies are 0755; modes that it states are set as stated.
    setFileModeMask(0o022)
    guard Environment.useUTF8() else {
      throw SystemError("setlocale", code: ErrorCode.noEntry, subject: "C.UTF-8")
    }
    // With its owner gone there is nobody to report to, and its directory is litter. (An owner that goes before this
    // line leaves a tar that is cut off.)
    try setParentDeathSignal(Signal.kill)
    try unshare([.newMount, .newNetwork, .newIPC])
    // First private: what follows must not show on the host.
    try mount("none", on: "/", [.private, .recursive])
    // A mount of its own can be a root, and carries flags: a layer may hold device nodes, but an entry that writes
    // through one of them must not reach the device.
    try mount(directory, on: directory, .bind)
    try mount("none", on: directory, [.bind, .remount, .noDevices, .noSetUID, .noExecution])
    try changeDirectory(directory)
    try pivotRootToWorkingDirectory()
    try unmountLazily(".")
    try changeDirectory("/")
    try setNoNewPrivileges()
  }

  private static func readInput() throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try StandardDescriptor.input.readChunk(limit: 1 << 18) } catch {
      throw .system(error)
    }
  }

  private static func report(_ layer: UnpackedLayer) throws(LayerError) -> String {
    do throws(DocumentError) { return String(decoding: try JSON.encode(layer), as: UTF8.self) + "\n" } catch {
      throw LayerError("\(error)")
    }
  }
}
