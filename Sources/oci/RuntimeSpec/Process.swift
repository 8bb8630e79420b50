extension RuntimeSpec {
  /// The container's process, or one to be run in it with `exec` (config.md, Process).
  package struct Process: Codable, Sendable, Equatable {
    /// Whether the process gets a pseudoterminal.
    package var terminal: Bool?
    /// The terminal's first size.
    package var consoleSize: ConsoleSize?
    /// Whom the process runs as.
    package var user: User?
    /// The program and its arguments, as `execvp(3)` takes them.
    package var args: [String]?
    /// The full command line; only Windows knows it.
    package var commandLine: String?
    /// The environment, each `NAME=value`.
    package var env: [String]?
    /// The working directory, an absolute path inside the container.
    package var cwd: String
    /// The five capability sets, names such as `CAP_CHOWN`.
    package var capabilities: Capabilities?
    /// Resource limits, each type at most once.
    package var rlimits: [ResourceLimit]?
    /// Whether `no_new_privs` is set.
    package var noNewPrivileges: Bool?
    /// The name of the AppArmor profile.
    package var apparmorProfile: String?
    /// The value for `oom_score_adj`, -1000 to 1000; absent leaves it alone.
    package var oomScoreAdj: Int?
    /// The scheduling attributes for `sched_setattr(2)`.
    package var scheduler: Scheduler?
    /// The SELinux label of the process.
    package var selinuxLabel: String?
    /// The I/O priority for `ioprio_set(2)`.
    package var ioPriority: IOPriority?
    /// The CPUs a process of `exec` may use.
    package var execCPUAffinity: CPUAffinity?

    /// Makes a value; what is not given is absent.
    package init(
      terminal: Bool? = nil, consoleSize: ConsoleSize? = nil, user: User? = nil, args: [String]? = nil,
      commandLine: String? = nil, env: [String]? = nil, cwd: String, capabilities: Capabilities? = nil,
      rlimits: [ResourceLimit]? = nil, noNewPrivileges: Bool? = nil, apparmorProfile: String? = nil,
      oomScoreAdj: Int? = nil, scheduler: Scheduler? = nil, selinuxLabel: String? = nil,
      ioPriority: IOPriority? = nil, execCPUAffinity: CPUAffinity? = nil
    ) {
      self.terminal = terminal
      self.consoleSize = consoleSize
      self.user = user
      self.args = args
      self.commandLine = commandLine
      self.env = env
      self.cwd = cwd
      self.capabilities = capabilities
      self.rlimits = rlimits
      self.noNewPrivileges = noNewPrivileges
      self.apparmorProfile = apparmorProfile
      self.oomScoreAdj = oomScoreAdj
      self.scheduler = scheduler
      self.selinuxLabel = selinuxLabel
      self.ioPriority = ioPriority
      self.execCPUAffinity = execCPUAffinity
    }

    /// The size of a terminal.
    package struct ConsoleSize: Codable, Sendable, Equatable {
      /// Rows.
      package var height: UInt
      /// Columns.
      package var width: UInt

      /// Makes a value; what is not given is absent.
      package init(height: UInt, width: UInt) {
        self.height = height
        self.width = width
      }
    }

    /// Whom a process runs as (config.md, User).
    package struct User: Codable, Sendable, Equatable {
      /// The user ID in the container's user namespace.
      package var uid: UInt32?
      /// The group ID in the container's user namespace.
      package var gid: UInt32?
      /// The file mode creation mask.
      package var umask: UInt32?
      /// Supplementary group IDs.
      package var additionalGids: [UInt32]?
      /// The user's name; only Windows knows it.
      package var username: String?

      /// Makes a value; what is not given is absent.
      package init(
        uid: UInt32? = nil, gid: UInt32? = nil, umask: UInt32? = nil, additionalGids: [UInt32]? = nil,
        username: String? = nil
      ) {
        self.uid = uid
        self.gid = gid
        self.umask = umask
        self.additionalGids = additionalGids
        self.username = username
      }
    }

    /// The sets of `capabilities(7)`, names such as `CAP_CHOWN`.
    package struct Capabilities: Codable, Sendable, Equatable {
      /// What can be gained through `execve(2)`.
      package var bounding: [String]?
      /// What the kernel checks.
      package var effective: [String]?
      /// What is preserved across `execve(2)`.
      package var inheritable: [String]?
      /// What may be made effective.
      package var permitted: [String]?
      /// What a program without file capabilities keeps.
      package var ambient: [String]?

      /// Makes a value; what is not given is absent.
      package init(
        bounding: [String]? = nil, effective: [String]? = nil, inheritable: [String]? = nil,
        permitted: [String]? = nil, ambient: [String]? = nil
      ) {
        self.bounding = bounding
        self.effective = effective
        self.inheritable = inheritable
        self.permitted = permitted
        self.ambient = ambient
      }
    }

    /// A limit for `setrlimit(2)`.
    package struct ResourceLimit: Codable, Sendable, Equatable {
      /// The resource, such as `RLIMIT_NOFILE`.
      package var type: String
      /// The ceiling of the soft limit.
      package var hard: UInt64
      /// The limit that is enforced.
      package var soft: UInt64

      /// Makes a value; what is not given is absent.
      package init(type: String, hard: UInt64, soft: UInt64) {
        self.type = type
        self.hard = hard
        self.soft = soft
      }
    }
  }
}
