internal import Arguments
internal import Options
internal import ShimProtocol

/// How a command is attached to a process.
struct AttachOptions {
  /// What is relayed.
  var streams: AttachStreams
  /// Whether the process has a terminal.
  var terminal: Bool
  /// Whether signals go to the process; otherwise they end this program alone.
  var forwardsSignals = true
  /// What is typed to leave the process alone.
  var detachKeys = DetachKeys.standard
  /// Whether the shim is to be told of `streams`, since this is a launcher, which it gives all.
  var choosesStreams = false
  /// Whether a program that runs already is to draw its screen again.
  var redraws = false
  /// Whether the process's stdin ends with this program's. docker ends that of a container that was made attached
  /// (StdinOnce; moby, daemon/attach.go); one from `run -di` goes on waiting for the next client.
  var endsInput = true

  /// Whether stdin is relayed.
  var readsInput: Bool { streams.contains(.input) }
  /// Whether the keys of this program's terminal go to the process. Only then the detach keys count (docker/cli,
  /// hijack.go: neither without a terminal inside nor without stdin).
  var passesKeys: Bool { terminal && readsInput }

  static let detachKeysOption = CommandOption.value(
    "detach-keys", help: "Override the key sequence for detaching a container (default ctrl-p,ctrl-q)")
  static let signalOption = CommandOption.flag(
    "sig-proxy", help: "Proxy received signals to the process (default true)")

  /// Attaches to stdout and stderr, and to stdin when it is to be read; the rest is what the command line says.
  /// - Parameter hasSignalOption: whether the command has `signalOption`; `exec` has none, as docker's.
  init(readsInput: Bool, terminal: Bool, _ invocation: Invocation, hasSignalOption: Bool = true) throws {
    streams = readsInput ? .all : .outputs
    self.terminal = terminal
    if hasSignalOption { forwardsSignals = invocation.flagIfGiven("sig-proxy") ?? true }
    if let keys = invocation.value("detach-keys") { detachKeys = try DetachKeys(keys) }
  }
}
