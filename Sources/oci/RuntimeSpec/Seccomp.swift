import JSONDocument

extension RuntimeSpec.Linux {
  /// The system call filter (config-linux.md, Seccomp).
  package struct Seccomp: Codable, Sendable, Equatable {
    /// What happens to a call that no rule names.
    package var defaultAction: Action
    /// The errno of a default action that has one; absent is `EPERM`.
    package var defaultErrnoRet: UInt32?
    /// The architectures the filter speaks of beside the native one.
    package var architectures: [Architecture]?
    /// Flags for `seccomp(2)`.
    package var flags: [Flag]?
    /// The socket that gets the notification descriptor, an absolute path on the host.
    package var listenerPath: String?
    /// Passed on to the listener as it stands.
    package var listenerMetadata: String?
    /// The rules.
    package var syscalls: [Rule]?

    /// Makes a value; what is not given is absent.
    package init(
      defaultAction: Action, defaultErrnoRet: UInt32? = nil, architectures: [Architecture]? = nil,
      flags: [Flag]? = nil, listenerPath: String? = nil, listenerMetadata: String? = nil,
      syscalls: [Rule]? = nil
    ) {
      self.defaultAction = defaultAction
      self.defaultErrnoRet = defaultErrnoRet
      self.architectures = architectures
      self.flags = flags
      self.listenerPath = listenerPath
      self.listenerMetadata = listenerMetadata
      self.syscalls = syscalls
    }

    /// What happens to some calls.
    package struct Rule: Codable, Sendable, Equatable {
      /// The calls; an unknown one is passed over.
      package var names: [String]
      /// What happens.
      package var action: Action
      /// The errno of an action that has one; absent is `EPERM`.
      package var errnoRet: UInt32?
      /// Conditions on the arguments; all must hold.
      package var args: [Argument]?

      /// Makes a value; what is not given is absent.
      package init(names: [String], action: Action, errnoRet: UInt32? = nil, args: [Argument]? = nil) {
        self.names = names
        self.action = action
        self.errnoRet = errnoRet
        self.args = args
      }
    }

    /// A condition on one argument of a call.
    package struct Argument: Codable, Sendable, Equatable {
      /// Which argument, from 0.
      package var index: UInt32
      /// What it is compared with; for `SCMP_CMP_MASKED_EQ` the mask.
      package var value: UInt64
      /// What the masked argument is compared with.
      package var valueTwo: UInt64?
      /// How it is compared.
      package var op: Operator

      /// Makes a value; what is not given is absent.
      package init(index: UInt32, value: UInt64, valueTwo: UInt64? = nil, op: Operator) {
        self.index = index
        self.value = value
        self.valueTwo = valueTwo
        self.op = op
      }
    }
  }
}
