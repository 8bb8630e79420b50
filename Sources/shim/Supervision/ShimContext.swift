internal import LinuxSystem
internal import ShimProtocol

/// What every part of one shim needs: what it was asked for, its event loop, its children, its runtime.
final class ShimContext {
  let command: ShimCommandLine
  let paths: ShimPaths
  /// The run directory itself, whatever becomes of its name.
  let runDirectory: OwnedDescriptor
  let reactor: Reactor
  let reaper: Reaper
  let runtime: RuntimeProgram

  init(_ command: ShimCommandLine) throws(SystemError) {
    self.command = command
    paths = ShimPaths(directory: command.runDirectory)
    runDirectory = try openFile(command.runDirectory, [.path, .directory])
    reactor = try Reactor()
    reaper = try Reaper(reactor)
    runtime = RuntimeProgram(
      command.runtime, root: command.runtimeRoot, runDirectory: command.runDirectory, reaper)
  }

  /// Takes hold of the process whose pid the runtime wrote to `file`.
  /// - Throws: `SystemError`; EINVAL when the file holds no pid.
  func process(
    inFile file: String, ended: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) -> ContainedProcess {
    try ContainedProcess(inFile: file, reactor, reaper, ended: ended)
  }
}
