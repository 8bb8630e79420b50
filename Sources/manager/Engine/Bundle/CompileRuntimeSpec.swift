internal import DeviceInterface
package import OCIRuntimeSpec
internal import Options

extension ContainerBlueprint {
  /// The bundle's config.json. Pure: the same blueprint gives the same text.
  package func compileRuntimeSpec() -> RuntimeSpec {
    RuntimeSpec(
      ociVersion: "1.0.2",
      process: process,
      root: RuntimeSpec.Root(path: rootPath, readonly: readOnlyRoot),
      hostname: confinement.uts == .host ? nil : hostname,
      mounts: allMounts,
      hooks: injection.hooks == RuntimeSpec.Hooks() ? nil : injection.hooks,
      annotations: annotations.isEmpty ? nil : annotations,
      linux: linux)
  }

  private var injection: DeviceInjection { confinement.injection }

  private var process: RuntimeSpec.Process {
    let names = capabilities.map(\.name)
    var environment = environment
    ProcessEnvironment.apply(injection.environment, to: &environment)
    let groups = supplementaryGroups + injection.groups.filter { !supplementaryGroups.contains($0) }
    return RuntimeSpec.Process(
      terminal: terminal,
      user: RuntimeSpec.Process.User(
        uid: userID, gid: groupID, umask: confinement.fileModeMask,
        additionalGids: groups.isEmpty ? nil : groups),
      args: confinement.arguments(arguments),
      env: environment,
      cwd: workingDirectory,
      // Nothing inheritable and nothing ambient: a program with inheritable file capabilities would gain them
      // (CVE-2022-24769).
      capabilities: RuntimeSpec.Process.Capabilities(bounding: names, effective: names, permitted: names),
      rlimits: confinement.limits.isEmpty ? nil : confinement.limits,
      noNewPrivileges: confinement.noNewPrivileges,
      apparmorProfile: confinement.apparmorProfile,
      oomScoreAdj: confinement.oomScoreAdjustment)
  }

  private var linux: RuntimeSpec.Linux {
    RuntimeSpec.Linux(
      sysctl: confinement.sysctls,
      resources: confinement.allResources,
      // At the top and not below a parent of ours, which no runtime would remove with its last container.
      cgroupsPath: "\(confinement.cgroupParent)/apus-\(id)",
      namespaces: confinement.namespaces,
      devices: confinement.nodes(ownedBy: userID, groupID),
      netDevices: injection.networkDevices.isEmpty ? nil : injection.networkDevices,
      seccomp: filter,
      rootfsPropagation: RuntimeSpec.Linux.Propagation.needed(for: mounts + injection.mounts),
      maskedPaths: confinement.hidesSystemPaths ? DefaultIsolation.maskedPaths : nil,
      readonlyPaths: confinement.hidesSystemPaths ? DefaultIsolation.readOnlyPaths : nil,
      intelRdt: injection.resourceDirector)
  }

  private var filter: RuntimeSpec.Linux.Seccomp? {
    switch confinement.filter {
    case .builtin: DefaultSeccomp.profile(capabilities: capabilities, architecture: architecture)
    case .none: nil
    case .given(let filter): filter
    }
  }

  /// The defaults, then the files of /etc and the user's, parents before what is mounted on them. What the user puts
  /// at a place replaces what we would put there, and a /dev of the user's is left as it is, with all that is below
  /// (moby, oci_linux.go, withMounts). A CDI device's replace what we would put there, and give way to the user's.
  private var allMounts: [RuntimeSpec.Mount] {
    let users = Set(mounts.map(\.destination))
    let injected = injection.mounts.filter { !users.contains($0.destination) }
    let taken = users.union(injected.map(\.destination))
    let defaults = confinement.defaultMounts.filter { mount in
      !taken.contains(mount.destination) && !(taken.contains("/dev") && mount.destination.hasPrefix("/dev/"))
    }
    // With a read-only root they can no more be written than what is around them (moby, daemon's NetworkMounts).
    let options = ["rbind", "rprivate"] + (readOnlyRoot ? ["ro"] : [])
    let files = etcFiles.filter { !taken.contains($0.destination) }.map { file in
      RuntimeSpec.Mount(destination: file.destination, type: "bind", source: file.source, options: options)
    }
    return defaults + Self.parentsFirst(files + ownPrograms(taken) + injected + mounts)
  }

  /// A user's file at their place wins.
  private func ownPrograms(_ taken: Set<String>) -> [RuntimeSpec.Mount] {
    confinement.programMounts.filter { !taken.contains($0.destination) }
  }

  /// Sorted by depth; mounts of one depth keep their order.
  private static func parentsFirst(_ mounts: [RuntimeSpec.Mount]) -> [RuntimeSpec.Mount] {
    mounts.enumerated().sorted { left, right in
      (depth(left.element), left.offset) < (depth(right.element), right.offset)
    }.map(\.element)
  }

  private static func depth(_ mount: RuntimeSpec.Mount) -> Int {
    mount.destination.split(separator: "/").count
  }
}
