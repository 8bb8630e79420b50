internal import LinuxSystem

/// Where a process of ours works that reads or writes somebody else's files: it has nothing but one directory.
enum Jail {
  /// Leaves this process nothing but `directory` and its three standard descriptors.
  /// - Parameter prepare: is run first in the process's own mount namespace, where nothing that it mounts shows on the host
  ///   or outlives the process.
  static func enter(
    _ directory: String, prepare: () throws(SystemError) -> Void = {}
  ) throws(SystemError) {
    try begin()
    try leaveNamespaces()
    try prepare()
    // A mount of its own can be a root, and carries flags: a layer may hold device nodes, but an entry that writes
    // through one of them must not reach the device.
    try mount(directory, on: directory, .bind)
    try mount("none", on: directory, [.bind, .remount, .noDevices, .noSetUID, .noExecution])
    try makeRoot(try openFile(directory, [.path, .directory]))
    try setNoNewPrivileges()
  }

  /// What every process of ours in a jail begins with.
  ///
  /// Who unpacks stays in the locale C: there libarchive leaves names as they are, while in one with UTF-8 it composes
  /// the characters of those in pax headers (NFC), so that two files become one. Who writes a tar needs UTF-8
  /// (`useUTF8`), or every name would be said to be bytes.
  static func begin() throws(SystemError) {
    // Directories that a tar only implies are 0755; modes that it states are set as stated.
    setFileModeMask(0o022)
    // With its owner gone there is nobody to report to, and its directory is litter. (An owner that goes before this
    // line leaves a tar that is cut off.)
    try setParentDeathSignal(Signal.kill)
  }

  /// Takes the locale in which a tar is written; before the jail, since the system's files are not in there.
  static func useUTF8() throws(SystemError) {
    guard Environment.useUTF8() else {
      throw SystemError("setlocale", code: ErrorCode.noEntry, subject: "C.UTF-8")
    }
  }

  /// First private: what follows must not show on the host, or in a container.
  static func leaveNamespaces() throws(SystemError) {
    try unshare([.newMount, .newNetwork, .newIPC])
    try mount("none", on: "/", [.private, .recursive])
  }

  /// Makes a mounted directory all that there is.
  static func makeRoot(_ root: borrowing OwnedDescriptor) throws(SystemError) {
    let oldRoot = try openFile("/", [.readOnly, .directory])
    try changeDirectory(to: root)
    try pivotRootToWorkingDirectory()
    try changeDirectory(to: oldRoot)
    try releaseOldRoot()
    try changeDirectory("/")
  }

  /// The next bytes of what is handed to this process; empty at the end.
  static func input() throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try StandardDescriptor.input.readChunk(limit: 1 << 18) } catch {
      throw .system(error)
    }
  }

  /// Hands out bytes.
  static func output(_ bytes: [UInt8]) throws(ImageError) {
    do throws(SystemError) { try StandardDescriptor.output.writeAll(bytes) } catch { throw .system(error) }
  }
}
