extension RuntimeSpec {
  /// Programs run at points of the container's life, each list in order (config.md, POSIX-platform Hooks).
  package struct Hooks: Codable, Sendable, Equatable {
    /// Deprecated: run with `createRuntime`, before it, in the runtime's namespaces.
    package var prestart: [Hook]?
    /// Run during `create`, before the root is changed, in the runtime's namespaces.
    package var createRuntime: [Hook]?
    /// Run during `create`, after `createRuntime`, before the root is changed, in the container's namespaces.
    package var createContainer: [Hook]?
    /// Run during `start`, before the process, in the container's namespaces and root.
    package var startContainer: [Hook]?
    /// Run after the process started, in the runtime's namespaces.
    package var poststart: [Hook]?
    /// Run after the container is deleted, in the runtime's namespaces.
    package var poststop: [Hook]?

    /// Makes a value; what is not given is absent.
    package init(
      prestart: [Hook]? = nil, createRuntime: [Hook]? = nil, createContainer: [Hook]? = nil,
      startContainer: [Hook]? = nil, poststart: [Hook]? = nil, poststop: [Hook]? = nil
    ) {
      self.prestart = prestart
      self.createRuntime = createRuntime
      self.createContainer = createContainer
      self.startContainer = startContainer
      self.poststart = poststart
      self.poststop = poststop
    }
  }

  /// One program; it gets the container's state on standard input.
  package struct Hook: Codable, Sendable, Equatable {
    /// The program, an absolute path.
    package var path: String
    /// The arguments including the program's name, as `execv(3)` takes them.
    package var args: [String]?
    /// The environment, each `NAME=value`.
    package var env: [String]?
    /// Seconds until it is aborted, more than 0.
    package var timeout: Int?

    /// Makes a value; what is not given is absent.
    package init(path: String, args: [String]? = nil, env: [String]? = nil, timeout: Int? = nil) {
      self.path = path
      self.args = args
      self.env = env
      self.timeout = timeout
    }
  }
}
