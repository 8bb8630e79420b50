internal import Cgroups
internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// What `create` would do, one sentence a step, in the order in which the steps begin. Nothing is made.
  /// - Throws: what `create` would throw before it makes anything.
  package func explain(
    _ id: String, bundle: Bundle, _ options: CreationOptions
  ) throws(LifecycleError) -> [String] {
    try ContainerStore.validate(id)
    var options = options
    options.explains = true
    let creation = try Creation(id: id, bundle: bundle, options: options, waitsForStart: true, in: self)
    return try creation.sentences(directory: path(id)) + creation.warnings.map { "warning: \($0)" }
  }
}

extension Creation {
  /// Init's steps where they stand in the plan, the supervisor's where they begin.
  fileprivate func sentences(directory: String) throws(LifecycleError) -> [String] {
    var lines: [String] = []
    if namespaces.newNetwork {
      lines.append(
        "make a network namespace and bring its lo up, while the rest is planned")
    }
    lines.append("make \"\(directory)\" and lock it")
    lines += idMapped.filter { !$0.isOwn }.map { "make an id-mapped copy of the mount \"\($0.path)\"" }
    lines += devices.map { "make the device \"\($0.node.path)\" outside" }
    if bundle.spec.process?.terminal == true { lines.append("connect to the console socket") }
    lines.append("listen at \"\(directory)/\(Container.pendingGateName)\"")
    lines.append("copy config.json to \"\(directory)\"")
    if scope == nil { lines += cgroup.part(unified: true).sentences }
    if let path = namespaces.pidPath { lines.append("join pid namespace \"\(path)\" for init to be born in") }
    lines.append("start init in \(newNamespaces)")
    var all = lines.map { "supervisor: \($0)" }
    all += plan.forerunner.map { "forerunner: \($0)" }
    let beside = (scope?.sentences(cgroup) ?? []) + cgroup.part(unified: false).sentences
    all += beside.map { "supervisor: \($0)" }
    var hasRecord = false
    for step in plan.steps {
      all.append("init: \(step)")
      switch step {
      case .awaitSupervisor where !hasRecord:
        hasRecord = true
        all += NetworkDeviceMove.list(bundle.spec.linux).map {
          "supervisor: move network device \"\($0.source)\" in as \"\($0.target)\""
        }
        all.append("supervisor: let init go on; write \"\(directory)/\(ContainerRecord.fileName)\"")
      case .mount(let action):
        if case .own(let path, _, isMapped: true) = action.source {
          all.append("supervisor: map the ids of the copy of \"\(path)\"; let init go on")
        }
      case .awaitMappings:
        all.append("supervisor: \(userNamespaceSentence); let init go on")
      case .awaitNetwork:
        all.append("supervisor: wait until lo is up in the network namespace; tell init")
      case .awaitHooks:
        all += try hookSentences(.prestart) + hookSentences(.createRuntime) + ["supervisor: let init go on"]
      case .reportReady:
        all.append("supervisor: name the gate \"\(directory)/\(StartGate.name)\"")
        if let path = options.pidFile { all.append("supervisor: write the pid to \"\(path)\"") }
      default: break
      }
    }
    return all + (try hookSentences(.poststart, by: "start"))
  }

  private var userNamespaceSentence: String {
    namespaces.userPath == nil
      ? "write the user namespace's mappings, give away stdio, set the score"
      : "compare the user namespace's mappings, give away stdio, set the score"
  }

  private var newNamespaces: String {
    let kinds = NamespaceKind.allCases.filter { plan.cloneFlags.contains($0.flag) }.map(\.rawValue)
    return kinds.isEmpty ? "the caller's namespaces" : "new namespaces: \(kinds.joined(separator: ", "))"
  }

  private func hookSentences(_ kind: HookKind, by who: String = "supervisor") throws(LifecycleError)
    -> [String]
  {
    try hooks?.actions(kind, in: nil).map { "\(who): \(InitStep.runHook($0))" } ?? []
  }
}
