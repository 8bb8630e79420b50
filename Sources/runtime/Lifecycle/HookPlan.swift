internal import ContainerInit
internal import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec

/// The hooks of a container, and what they are told (runtime-spec config.md, POSIX-platform Hooks; runtime.md,
/// Lifecycle). Where each kind runs, and why there:
///
/// - `prestart`, `createRuntime`: by the supervisor, while init waits at `awaitHooks`. Namespaces, mounts, devices and
///   cgroups are made, the record is written, so a hook may look at all of it, and the root is not exchanged yet, so
///   both trees can be seen. Before the sysctls: a hook may bring the network device that one of them is for. Before
///   the paths are hidden and the root made read-only: a hook may still mount and write there.
/// - `createContainer`: by init at the same place, right after them.
/// - `startContainer`: by init behind the gate, with the root, the user and everything else of the program.
/// - `poststart`: by `start`, or `run`, when the program has been executed.
/// - `poststop`: by whoever deletes, when nothing of the container is left.
struct HookPlan: Sendable {
  private let hooks: RuntimeSpec.Hooks
  /// The state without pid and status.
  private let state: RuntimeState

  /// - Returns: nil when there are no hooks.
  init?(_ hooks: RuntimeSpec.Hooks?, state: RuntimeState) {
    guard let hooks else { return nil }
    self.hooks = hooks
    self.state = state
    if HookKind.allCases.allSatisfy({ self[$0].isEmpty }) { return nil }
  }

  private subscript(kind: HookKind) -> [RuntimeSpec.Hook] {
    switch kind {
    case .prestart: hooks.prestart ?? []
    case .createRuntime: hooks.createRuntime ?? []
    case .createContainer: hooks.createContainer ?? []
    case .startContainer: hooks.startContainer ?? []
    case .poststart: hooks.poststart ?? []
    case .poststop: hooks.poststop ?? []
    }
  }

  /// Whether any hook of these kinds is there.
  func has(_ kinds: HookKind...) -> Bool { kinds.contains { !self[$0].isEmpty } }

  /// The hooks of a kind, each with the status that the container has then (runtime.md, State).
  /// - Parameter programEnvironment: what a hook without variables of its own gets: those of the container's program, for
  ///   hooks that run in its place (runc, crun).
  func actions(
    _ kind: HookKind, in directory: String?, privileges: [InitStep] = [], programEnvironment: [String]? = nil
  ) throws(LifecycleError) -> [HookAction] {
    guard has(kind) else { return [] }
    let told = try hookState(kind)
    return self[kind].enumerated().map { index, hook in
      let own = hook.env ?? []
      let inherited = own.isEmpty ? programEnvironment : nil
      return HookAction(
        kind: kind, index: index, path: hook.path, arguments: hook.args ?? [hook.path],
        environment: inherited ?? own, takesHome: inherited != nil,
        timeoutSeconds: hook.timeout, state: told, directory: directory, privileges: privileges)
    }
  }

  private func hookState(_ kind: HookKind) throws(LifecycleError) -> HookState {
    var state = state
    state.pid = nil
    state.status =
      switch kind {
      case .prestart, .createRuntime, .createContainer: .creating
      case .startContainer: .created
      case .poststart: .running
      case .poststop: .stopped
      }
    let text: String
    do throws(DocumentError) { text = String(decoding: try JSON.encode(state), as: UTF8.self) } catch {
      throw .document(error)
    }
    // The pid last, where whoever runs the hook can put its own.
    return kind == .poststop ? HookState(text) : HookState(before: "\(text.dropLast()),\"pid\":", after: "}")
  }
}

extension HookPlan {
  /// Runs the hooks of a kind here, in the runtime's namespaces and in the bundle, in their order.
  /// - Throws: `LifecycleError.initFailed` with the first that fails; those after it are not run.
  func run(_ kind: HookKind, pid: Int32) throws(LifecycleError) {
    for action in try actions(kind, in: directory) {
      if let failure = try HookPlan.failure(of: action, pid: pid) { throw .initFailed(failure) }
    }
  }

  /// Runs the hooks of a container that is gone. A failure only warns, and the next one runs (runtime.md, Lifecycle).
  func runPoststop(warn: (String) -> Void) {
    do throws(LifecycleError) {
      for action in try actions(.poststop, in: directory) {
        do throws(LifecycleError) {
          if let failure = try HookPlan.failure(of: action, pid: 0) { warn(failure) }
        } catch { warn("poststop hook #\(action.index): \(error)") }
      }
    } catch { warn("poststop hooks: \(error)") }
  }

  /// - Returns: the sentence; nil for success.
  private static func failure(of action: HookAction, pid: Int32) throws(LifecycleError) -> String? {
    try during("\(action.kind.rawValue) hook #\(action.index)") { () throws(SystemError) in
      let report = try runHook(action, pid: pid)
      guard let failure = report.failure else { return nil }
      return failure.sentence(output: try hookOutput(report.output))
    }
  }

  /// Bundles may be gone before their container is.
  private var directory: String { fileExists(state.bundle) ? state.bundle : "/" }
}

extension ContainerStore {
  /// The hooks of an existing container, by its own copy of the configuration.
  func hooks(of container: Container) throws(LifecycleError) -> HookPlan? {
    guard container.record.hasHooks else { return nil }
    return HookPlan(try configuration(of: container).hooks, state: container.state())
  }
}

/// The rules for hooks (config.md, POSIX-platform Hooks).
enum HookRules {
  static func violations(_ spec: RuntimeSpec) -> [Violation] {
    guard let hooks = spec.hooks else { return [] }
    let kinds: [(String, [RuntimeSpec.Hook]?)] = [
      ("prestart", hooks.prestart), ("createRuntime", hooks.createRuntime),
      ("createContainer", hooks.createContainer), ("startContainer", hooks.startContainer),
      ("poststart", hooks.poststart), ("poststop", hooks.poststop),
    ]
    return kinds.flatMap { name, list in
      (list ?? []).enumerated().flatMap { violations($0.element, "hooks.\(name)[\($0.offset)]") }
    }
  }

  private static func violations(_ hook: RuntimeSpec.Hook, _ path: String) -> [Violation] {
    var found: [Violation] = []
    if !hook.path.hasPrefix("/") {
      found.append(Violation("\(path).path", "\"\(hook.path)\" is not an absolute path"))
    }
    if let seconds = hook.timeout, seconds <= 0 {
      found.append(Violation("\(path).timeout", "\(seconds) is out of range, expected more than 0 seconds"))
    }
    let texts = [("path", [hook.path]), ("args", hook.args ?? []), ("env", hook.env ?? [])]
    for (name, list) in texts where list.contains(where: { $0.utf8.contains(0) }) {
      found.append(Violation("\(path).\(name)", "holds a NUL byte"))
    }
    return found
  }
}
