internal import LinuxSystem

/// Where a process of ours works that reads or writes somebody else's files: it has nothing but one directory.
enum Jail {
  /// Leaves this process nothing but `directory` and its three standard descriptors.
  /// - Parameter prepare: is run first in the process's own mount namespace, where nothing that it mounts shows on the host
  ///   or outlives the process.
  static func enter(
    _ directory: String, prepare: () throws(SystemError) -> Void = {}
  ) throws(SystemError) {
    // Directories that a tar only implies are 0755; modes that it states are set as stated.
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
    try prepare()
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
}
