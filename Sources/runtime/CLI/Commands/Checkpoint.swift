internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  /// podman asks for its help to learn whether there is such a command.
  static let checkpoint = unsupported("checkpoint", summary: "Not supported: save a container's processes")

  static let restore = unsupported("restore", summary: "Not supported: go on from a checkpoint")

  /// Takes whatever runc's takes, so that the one line is the right one.
  private static func unsupported(_ name: String, summary: String) -> RuntimeCommand {
    let flags = [
      "tcp-established", "tcp-skip-in-flight", "tcp-close", "ext-unix-sk", "shell-job", "file-locks",
      "lazy-pages", "leave-running", "pre-dump", "auto-dedup", "link-remap", "detach", "no-pivot",
      "no-new-keyring", "no-subreaper", "network-lock-skip",
    ]
    let values = [
      "image-path", "work-path", "parent-path", "page-server", "manage-cgroups-mode", "empty-ns", "status-fd",
      "bundle", "pid-file", "console-socket", "preserve-fds", "lsm-profile", "lsm-mount-context",
      "network-lock",
    ]
    let letters: [String: Character] = ["detach": "d", "bundle": "b"]
    return RuntimeCommand(
      grammar: Command(
        name, summary: summary, usage: "[OPTIONS] ID",
        options: flags.map { flag($0, letters[$0]) } + values.map { value($0, letters[$0]) },
        interspersed: true)
    ) { _ throws(LifecycleError) in throw .usage("\(name) is not supported") }
  }

  private static func flag(_ name: String, _ letter: Character?) -> CommandOption {
    .flag(name, short: letter, help: "Accepted", hidden: true)
  }

  private static func value(_ name: String, _ letter: Character?) -> CommandOption {
    .value(name, short: letter, help: "Accepted", hidden: true)
  }
}
