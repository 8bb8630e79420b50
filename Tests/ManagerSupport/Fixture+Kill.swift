internal import LinuxSystem
internal import Testing
package import TestSupport

extension Fixture {
  /// Runs the manager and kills it while `apus-network` is at work for it; that goes on.
  /// - Parameters:
  ///   - arguments: the manager's.
  ///   - verbs: what `apus-network` is asked for at that time; the first time that it is.
  ///   - isDone: whether it has done that by then, or not begun.
  package func killManager(_ arguments: [String], atWorkOn verbs: String..., isDone: Bool) throws {
    let bin = splitPath(try path("bin/x")).directory
    let real = Host.programs
    try shell("cd \(real) && cp apus apus-shim apus-runtime apus-init \(bin)/").succeeded()
    let hold = """
      case $1 in \(verbs.joined(separator: "|")))
        [ -e \(bin)/reached ] || { : >\(bin)/reached; while [ ! -e \(bin)/go ]; do sleep 0.02; done; } ;;
      esac
      """
    try write(
      """
      #!/bin/sh
      \(isDone ? "" : hold)
      \(real)/apus-network $1; s=$?
      \(isDone ? hold : "")
      exit $s

      """, to: "bin/apus-network", mode: 0o755)
    let manager = try start("\(bin)/apus", arguments)
    try eventually("apus-network waits") { fileExists("\(bin)/reached") }
    try sendSignal(Signal.kill, toPID: manager.pid)
    try write("", to: "bin/go")
  }

  /// Kills a container's shim, and waits until it is gone.
  /// - Parameter id: the whole one.
  package func killShim(of id: String) throws {
    let directory = "\(runRoot)/shims/\(id)"
    try sendSignal(Signal.kill, toPID: try #require(Int32(try readText("\(directory)/shim.pid"))))
    try eventually("the shim is gone") { try !isLocked("\(directory)/lock") }
  }
}
