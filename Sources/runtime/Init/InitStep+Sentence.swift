internal import LinuxSecurity
internal import LinuxSystem

// The sentences. A failure crosses from init as (step, errno); whoever holds the same plan prints the sentence of the
// step and the kernel's word for the errno. Words that callers match are runc's (spec/runtime-cli.md).

extension InitStep: CustomStringConvertible {
  package var description: String {
    switch self {
    case .closeInherited: "close inherited descriptors"
    case .joinNamespace(let kind, let path): "join \(kind.rawValue) namespace \"\(path)\""
    case .joinContainer: "join the container's namespaces"
    case .enterTimeNamespace(let offsets):
      (["enter a time namespace"] + offsets.map { "\($0.clock) \($0.text)" }).joined(separator: ", ")
    case .awaitMappings: "wait for the mappings of the user namespace"
    case .becomeNamespaceRoot: "become root of the user namespace"
    case .preventTracing: "prevent tracing"
    case .openLabel(let module): "open the file for the \(module.rawValue) label"
    case .labelKeys(let label): "write key label \"\(label)\" to /proc/self/attr/keycreate"
    case .setOutOfMemoryScore(let score): "set oom_score_adj to \(score)"
    case .startSession: "start a session"
    case .joinKeyring(let name): "join session keyring \"\(name)\""
    case .bringLoopbackUp: "bring up the loopback interface"
    case .enterNewNetwork: "enter the new network namespace"
    case .awaitNetwork: "wait until lo is up"
    case .awaitSupervisor: "wait for the supervisor"
    case .joinCgroups(let files): "join \(files.count) cgroup hierarchies"
    case .newCgroupNamespace: "make a cgroup namespace"
    case .newIPCNamespace: "make an ipc namespace"
    case .setHostname(let name): "set hostname \"\(name)\""
    case .setDomainName(let name): "set domainname \"\(name)\""
    case .writeSysctl(let name, let value): "set sysctl \"\(name)\" to \"\(value)\""
    default: rootSentence
    }
  }

  private var rootSentence: String {
    switch self {
    case .setFileModeMask(let mask): "set umask \(String(mask, radix: 8))"
    case .setTreePropagation: "set propagation of the mount tree"
    case .makeParentMountPrivate(let root): "make the mount that holds rootfs \"\(root)\" private"
    case .bindRoot(let path, _): "bind rootfs \"\(path)\""
    case .openBindSource(_, let path, _): "open bind source \"\(path)\""
    case .mount(let action): action.description
    case .labelMount(let path, let label): "label \"\(path)\" \"\(label)\""
    case .mountCgroups(let mounts): "mount cgroups on \"\(mounts.destination)\""
    case .makeDevice(let node): "make device \"\(node.path)\""
    case .bindDevice(let node): "bind the host's device \"\(node.path)\""
    case .placeDevice(let node, _): "bind the device \"\(node.path)\" that was made outside"
    case .linkDevice(let name, let target): "link \"/dev/\(name)\" to \"\(target)\""
    case .makeDirectory(let path): "make directory \"\(path)\""
    case .openTerminal: "open the container's terminal"
    case .makeReadOnly(let path): "make \"\(path)\" read-only"
    case .restrictToReading(let path): "make path \"\(path)\" read-only"
    case .mask(let path): "mask path \"\(path)\""
    case .pivotRoot: "pivot root"
    case .changeRoot: "change root"
    case .hideKernelFileSystems: "hide the host's procfs and sysfs"
    case .setRootPropagation: "set rootfs propagation"
    case .awaitHooks: "wait for the runtime's hooks"
    case .runHook(let hook): "run \(hook.kind.rawValue) hook #\(hook.index) \"\(hook.path)\""
    default: processSentence
    }
  }

  private var processSentence: String {
    switch self {
    case .setScheduling(let attributes): "set scheduler \(attributes.policy.rawValue)"
    case .setIOPriority(let kind, let priority): "set ioPriority \(kind.rawValue) \(priority)"
    case .setCPUAffinity(let list): "set CPU affinity \(list)"
    case .resetCPUAffinity: "reset CPU affinity"
    case .setMemoryPolicy(let policy): "set memory policy \(policy.mode.rawValue)"
    case .setExecutionDomain(let domain): "set personality \(domain.rawValue)"
    case .setResourceLimit(let limit): "set rlimit \(limit.kind.rawValue) to \(limit.soft):\(limit.hard)"
    case .setNoNewPrivileges: "set no_new_privs"
    case .raiseFilterPrivilege: "raise capabilities for the seccomp filter"
    case .installSeccomp: "install the seccomp filter"
    case .handOverListener: "hand over the seccomp listener"
    case .dropBoundingSet: "drop capabilities from the bounding set"
    case .keepCapabilities: "keep capabilities over the change of user"
    case .ownStandardDescriptors(let user): "give stdio to user \(user)"
    case .setGroups(let group, let additional): "set group \(group) and \(additional.count) additional groups"
    case .setGroupAlone(let group): "set group \(group)"
    case .setUser(let user): "set user \(user)"
    case .setCapabilities: "set capabilities"
    case .changeDirectory(let path), .changeDirectoryAsUser(let path):
      "chdir to cwd (\"\(path)\") set in config.json"
    case .findHome(let user): "find the home of user \(user)"
    case .findProgram(let name, _): "exec: \"\(name)\""
    // podman looks for the path (spec/runtime-cli.md).
    case .applyLabel(.appArmor, let label):
      "write AppArmor profile \"\(label)\" to /proc/self/attr/apparmor/exec"
    case .applyLabel(.seLinux, let label): "write SELinux label \"\(label)\" to /proc/self/attr/exec"
    case .resetSignals: "reset signals"
    case .closeDescriptors: "close descriptors"
    case .reportReady: "report readiness"
    case .endOnRequest: "let HUP, INT and TERM end it"
    case .awaitStart: "wait for start"
    case .execute(let arguments, _): "exec \(arguments.first ?? "")"
    default: "unnamed step"
    }
  }

  /// The whole sentence for a failure of this step.
  /// - Parameter output: what a hook has written.
  package func failure(_ code: Int32, output: String? = nil) -> String {
    if let hook = HookFailure(code: code) { return hook.sentence(output: output) }
    if case .mount(let action) = self, action.requiresRealDirectory, code == ErrorCode.loop {
      return "\(self): must be mounted on ordinary directory, not over a symbolic link"
    }
    guard case .findProgram(let name, _) = self else {
      return "\(self): \(SystemError.reason(code))"
    }
    // exec.LookPath's words, which podman and dockerd turn into 126 and 127.
    if code == ErrorCode.noEntry {
      return name.contains("/")
        ? "exec: \"\(name)\": stat \(name): no such file or directory"
        : "exec: \"\(name)\": executable file not found in $PATH"
    }
    // podman knows 126 by "permission denied" alone, which is what execve(2) says of a directory.
    let hint = code == ErrorCode.isDirectory ? ": permission denied" : ""
    return "\(self): \(SystemError.reason(code))\(hint)"
  }
}

extension MountAction: CustomStringConvertible {
  package var description: String {
    switch source {
    case .fileSystem(let type, let source, _, _): "mount \(type) \"\(source)\" on \"\(destination)\""
    case .remount: "remount \"\(destination)\""
    case .bind(let path, _), .held(_, let path): "bind \"\(path)\" to \"\(destination)\""
    case .own(let path, _, _): "bind the container's own \"\(path)\" to \"\(destination)\""
    }
  }
}
