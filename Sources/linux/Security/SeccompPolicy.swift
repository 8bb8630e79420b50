/// A system call filter as the OCI document states it, in names; `compileSeccompFilter` makes it a program
/// (runtime-spec config-linux.md, Seccomp).
package struct SeccompPolicy: Sendable, Equatable, Hashable {
  /// What happens to a call that no rule names, such as `SCMP_ACT_ERRNO`.
  package var defaultAction: String
  /// The errno of a default action that has one; nil is EPERM.
  package var defaultErrno: UInt32?
  /// Architectures beside the native one, such as `SCMP_ARCH_X86`.
  package var architectures: [String]
  /// Flags for seccomp(2); nil (not even an empty list) is SPEC_ALLOW alone, as in runc since 1.2.
  package var flags: [String]?
  /// The rules.
  package var rules: [Rule]

  /// Makes a value.
  package init(
    defaultAction: String, defaultErrno: UInt32? = nil, architectures: [String] = [], flags: [String]? = nil,
    rules: [Rule] = []
  ) {
    self.defaultAction = defaultAction
    self.defaultErrno = defaultErrno
    self.architectures = architectures
    self.flags = flags
    self.rules = rules
  }

  /// What happens to some calls.
  package struct Rule: Sendable, Equatable, Hashable {
    /// The calls; one that libseccomp does not know is passed over.
    package var names: [String]
    /// What happens.
    package var action: String
    /// The errno of an action that has one; nil is EPERM.
    package var errno: UInt32?
    /// Conditions: all must hold, except that two on the same argument are alternatives.
    package var arguments: [Argument]

    /// Makes a value.
    package init(names: [String], action: String, errno: UInt32? = nil, arguments: [Argument] = []) {
      self.names = names
      self.action = action
      self.errno = errno
      self.arguments = arguments
    }
  }

  /// A condition on one argument of a call.
  package struct Argument: Sendable, Equatable, Hashable {
    /// Which argument, 0 to 5.
    package var index: UInt32
    /// What it is compared with; for `SCMP_CMP_MASKED_EQ` the mask.
    package var value: UInt64
    /// What the masked argument is compared with.
    package var valueTwo: UInt64
    /// How it is compared, such as `SCMP_CMP_EQ`.
    package var comparison: String

    /// Makes a value.
    package init(index: UInt32, value: UInt64, valueTwo: UInt64 = 0, comparison: String) {
      self.index = index
      self.value = value
      self.valueTwo = valueTwo
      self.comparison = comparison
    }
  }
}

/// A policy that cannot be made into a filter: where in the document, and why.
package struct SeccompError: Error, Equatable, CustomStringConvertible {
  /// The JSON path, such as `linux.seccomp.syscalls[3].action`.
  package let path: String
  /// What is wrong there and what would be right.
  package let problem: String
  package var description: String { "\(path): \(problem)" }

  init(_ path: String, _ problem: String) {
    self.path = path
    self.problem = problem
  }
}
