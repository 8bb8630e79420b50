internal import Arguments
internal import Options

/// Where the words come from that may stand in a place of the command line.
enum CompletionSource: Equatable {
  /// Names of containers: all, those that run (paused or not), those that work, those that are paused, those that do not
  /// run.
  case containers
  case runningContainers
  case workingContainers
  case pausedContainers
  case stoppedContainers
  /// Names of images.
  case images
  /// Names of volumes.
  case volumes
  /// Containers, then images, then volumes.
  case everything
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
    case ("image", "history"): self = index == 0 ? .images : .unknown
    case ("image", "tag"): self = index < 2 ? .images : .unknown
    case ("image", _): self = .images
    case ("volume", "import"): self = index == 0 ? .volumes : .files
    case ("volume", "export"), ("volume", "rename"): self = index == 0 ? .volumes : .unknown
    case ("volume", "inspect"), ("volume", "rm"): self = .volumes
    case ("container", "inspect"), ("container", "ls"): self = .containers
    case ("container", "prune"): self = .unknown
    case ("", "completion"): self = index == 0 ? .words(CompletionScript.shells) : .unknown
    case ("", "man"): self = .files
    case ("", _), ("container", _): self = Self.daily(command, index)
    default: self = .unknown
    }
  }

  /// Which containers: docker's choice (docker/cli, cli/command/container).
  private static func daily(_ command: String, _ index: Int) -> CompletionSource {
    switch command {
    case "run", "create": index == 0 ? .images : .files
    case "exec": index == 0 ? .workingContainers : .files
    case "attach": index == 0 ? .workingContainers : .unknown
    case "top", "port": index == 0 ? .runningContainers : .unknown
    case "kill", "stats", "stop": .runningContainers
    case "pause": .workingContainers
    case "unpause": .pausedContainers
    case "start": .stoppedContainers
    case "logs", "rename", "diff", "export", "commit": index == 0 ? .containers : .unknown
    case "ps", "restart", "rm", "update", "wait": .containers
    case "inspect": .everything
    case "history", "images": index == 0 ? .images : .unknown
    case "tag": index < 2 ? .images : .unknown
    case "rmi", "save": .images
    case "import": index == 0 ? .files : .images
    case "cp": .files
    default: .unknown
    }
  }

  /// What the value of an option is, by its first name.
  init(option name: String) {
    switch name {
    case "cap-add", "cap-drop": self = .words(["ALL"] + Capability.allCases.map(\.rawValue).sorted())
    case "cgroupns": self = .words(["host", "private"])
    case "cidfile", "device", "env-file", "input", "label-file", "mount", "output", "root", "run-root",
      "runtime", "volume":
      self = .files
    case "format": self = .words(["json", "table"])
    case "ipc": self = .words(["container:", "host", "none", "private", "shareable"])
    case "log-driver": self = .words(["json-file", "k8s-file", "journald", "none", "passthrough"])
    case "network": self = .words(["none", "host"])
    case "pid": self = .words(["container:", "host"])
    case "pull": self = .words(["always", "missing", "never"])
    case "restart": self = .words(["no", "always", "on-failure", "unless-stopped"])
    case "signal", "stop-signal":
      self = .words([
        "SIGTERM", "SIGKILL", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGSTOP", "SIGCONT",
      ])
    case "type": self = .words(["container", "image", "volume"])
    case "userns", "uts": self = .words(["host"])
    case "volume-driver", "driver": self = .words(["local"])
    case "detach-keys": self = .words(["ctrl-p,ctrl-q"])
    case "volumes-from", "link": self = .containers
    default: self = .unknown
    }
  }
}
