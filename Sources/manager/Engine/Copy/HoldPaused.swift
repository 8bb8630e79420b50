internal import JSONDocument
internal import LinuxSystem
internal import Store

/// A container that stands still for as long as this value lives.
///
/// A process of its own holds it, which lets it go when this one ends, however that comes about: a command that is killed
/// leaves no container that stands still.
final class PausedContainer {
  private let process: ProcessHandle
  private var input: OwnedDescriptor?
  private var hasEnded = false

  /// Returns when it stands still.
  init(_ id: String, of engine: ContainerEngine) throws(EngineError) {
    do throws(SystemError) {
      let hold = try makePipe()
      let answer = try makePipe()
      var plan = SpawnPlan(
        engine.programs.own,
        ["--root", engine.paths.root, "--run-root", engine.paths.runRoot, HoldPaused.subcommand, id])
      plan.descriptors = [(0, hold.first.raw), (1, answer.second.raw), (2, 2)]
      // A key that interrupts the command is not to end the one that undoes.
      plan.newSession = true
      process = try spawn(plan)
      let holding = hold.second
      input = consume holding
      let reading = answer.first
      let writing = answer.second
      // Ours must not keep the pipe open.
      _ = consume writing
      if try !reading.readChunk(limit: 1).isEmpty { return }
    } catch { throw EngineError("pause container", error) }
    throw EngineError(.failed, "container \(id.prefix(12)) cannot be paused; --no-pause does without")
  }

  /// Lets it go, and waits until it goes on; once.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    input = nil
    do throws(SystemError) { _ = try process.wait() } catch { return }
  }

  deinit { end() }
}

/// The process that holds a container still.
package enum HoldPaused {
  /// The hidden sub-command that runs it: `apus hold-paused ID`.
  package static let subcommand = "hold-paused"
}

extension ContainerEngine {
  /// Pauses a container, says so by a byte on standard output, and resumes it when standard input ends. One that is paused
  /// already stays so.
  package func holdPaused(_ id: String) throws(EngineError) {
    let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
    let runtime = try settings(of: record).runtime
    // The command that would hear of it may be gone already, and the container must go on all the same.
    ignoreSignal(Signal.pipe)
    let wasPaused = try isPaused(id, runtime)
    if !wasPaused { try callRuntime(runtime, ["pause", id]) }
    do throws(SystemError) {
      try StandardDescriptor.output.writeAll([UInt8(ascii: ".")])
      while try !StandardDescriptor.input.readChunk(limit: 64).isEmpty {}
    } catch {}
    if !wasPaused { try callRuntime(runtime, ["resume", id]) }
  }

  private func isPaused(_ id: String, _ runtime: String) throws(EngineError) -> Bool {
    let bytes = try attempt("ask runtime") { () throws(SystemError) in
      let pipe = try makePipe()
      var plan = SpawnPlan(runtime, ["--root", paths.runtimeRoot, "state", id])
      plan.descriptors = [(1, pipe.second.raw)]
      let process = try spawn(plan)
      let output = pipe.first
      let other = pipe.second
      _ = consume other
      let bytes = try output.readAll(limit: 1 << 20)
      _ = try process.wait()
      return bytes
    }
    do throws(DocumentError) {
      return try JSON.parse(bytes, file: "the runtime's state")["status"]?.string == "paused"
    } catch { throw EngineError(.failed, error.description) }
  }
}
