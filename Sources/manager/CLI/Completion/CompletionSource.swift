internal import Arguments
internal import Options

/// Where the words come from that may stand in a place of the command line.
enum CompletionSource: Equatable {
  /// Names of containers: all, those that run, those that do not.
  case containers
  case runningContainers
  case stoppedContainers
  /// Names of images.
  case images
  /// Containers, then images.
  case containersAndImages
  /// The host's files: the shell knows them.
  case files
  /// These.
  case words([String])
  /// Nobody knows.
  case unknown

  /// What an argument of a command is; `index` counts from 0.
  init(argument index: Int, of path: [String]) {
    let group = path.count > 1 ? path[0] : ""
    guard let command = path.last else {
      self = .unknown
      return
    }
    switch (group, command) {
    case ("image", "import"), ("image", "load"): self = .files
    case ("image", "ls"), ("image", "prune"): self = .unknown
    case ("image", _): self = .images
    case ("", "completion"): self = index == 0 ? .words(CompletionScript.shells) : .unknown
    case ("", "man"): self = .files
    case ("", _), ("container", _): self = Self.daily(command, index)
    default: self = .unknown
    }
  }

  private static func daily(_ command: String, _ index: Int) -> CompletionSource {
    switch command {
    case "run", "create": index == 0 ? .images : .files
    case "exec": index == 0 ? .runningContainers : .files
    case "attach", "port", "top": index == 0 ? .runningContainers : .unknown
    case "kill", "pause", "stats", "stop", "unpause": .runningContainers
    case "start": .stoppedContainers
    case "logs", "rename", "diff", "export", "commit": index == 0 ? .containers : .unknown
    case "rm", "restart", "update", "wait": .containers
    case "inspect": .containersAndImages
    case "history", "tag": index == 0 ? .images : .unknown
    case "rmi", "save", "push": .images
    case "import", "load", "cp", "build": .files
    default: .unknown
    }
  }

  /// What the value of an option is, by its first name.
  init(option name: String) {
    switch name {
    case "cap-add", "cap-drop": self = .words(["ALL"] + Capability.allCases.map(\.rawValue).sorted())
    case "cidfile", "device", "env-file", "input", "label-file", "mount", "output", "root", "run-root",
      "runtime", "volume":
      self = .files
    case "format": self = .words(["json", "table"])
    case "log-driver": self = .words(["json-file", "k8s-file", "journald", "none", "passthrough"])
    case "network": self = .words(["none", "host"])
    case "pull": self = .words(["always", "missing", "never"])
    case "restart": self = .words(["no", "always", "on-failure", "unless-stopped"])
    case "signal", "stop-signal":
      self = .words([
        "SIGTERM", "SIGKILL", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGSTOP", "SIGCONT",
      ])
    case "detach-keys": self = .words(["ctrl-p,ctrl-q"])
    case "volumes-from", "link": self = .containers
    default: self = .unknown
    }
  }
}
