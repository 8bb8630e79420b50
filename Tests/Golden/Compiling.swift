import ContainerInit
import JSONDocument
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle
@testable import LinuxSecurity

/// A machine as the plans see it: one v1 hierarchy of two controllers and a unified tree, root with every capability.
enum Machine {
  static let capabilities = CapabilitySets(bounding: all, effective: all, permitted: all)
  private static let all = CapabilitySet(rawValue: (1 << 41) - 1)

  static func hierarchies(bound: Bool) -> [CgroupMounts.Hierarchy] {
    [
      CgroupMounts.Hierarchy(
        name: "cpu,cpuacct", type: "cgroup", data: "cpu,cpuacct",
        bindFrom: bound ? "/cg/cpu,cpuacct/web" : nil),
      CgroupMounts.Hierarchy(
        name: "unified", type: "cgroup2", data: nil, bindFrom: bound ? "/cg/unified/web" : nil),
    ]
  }
}

/// The text of the plan for a bundle at `/bundle`.
func plan(
  _ configuration: String, waitsForStart: Bool = true, isRoot: Bool = true,
  _ options: CreationOptions = CreationOptions()
) throws -> String {
  let spec = try JSON.decode(RuntimeSpec.self, from: Array(configuration.utf8), file: "config.json")
  return try plan(spec, waitsForStart: waitsForStart, isRoot: isRoot, options)
}

func plan(
  _ spec: RuntimeSpec, waitsForStart: Bool = true, isRoot: Bool = true,
  _ options: CreationOptions = CreationOptions()
) throws -> String {
  #expect(SpecRules.violations(spec) == [])
  let namespaces = try NamespacePlan(spec.linux?.namespaces ?? [])
  let inUserNamespace = namespaces.hasUserNamespace
  let host = HostFacts(
    bundlePath: "/bundle", rootPath: "/bundle/rootfs", ownCapabilities: Machine.capabilities,
    seccompFilter: spec.linux?.seccomp.map { _ in SeccompFilter(program: [], flags: []) },
    cgroupFiles: inUserNamespace ? [] : ["/cg/cpu,cpuacct/web/tasks"],
    cgroupHierarchies: Machine.hierarchies(bound: !namespaces.hasCgroupNamespace),
    cgroupLinks: ["cpu": "cpu,cpuacct", "cpuacct": "cpu,cpuacct"], hasKernelCore: true,
    setsGroups: isRoot, isRoot: isRoot, bindsDevices: inUserNamespace,
    makesDevices: inUserNamespace && isRoot)
  let state = RuntimeState(ociVersion: "1.3.0", id: "web", status: .creating, bundle: "/bundle")
  return try CompileInitPlan(
    id: "web", spec: spec, namespaces: namespaces, options: options, host: host, waitsForStart: waitsForStart,
    hooks: HookPlan(spec.hooks, state: state)
  ).compile().plan.golden
}

/// The text of the plan for `exec` with this process.
func execPlan(_ process: String, in namespaces: CloneFlags, filter: Bool, preserved: Int = 0) throws -> String
{
  let process = try JSON.decode(RuntimeSpec.Process.self, from: Array(process.utf8), file: "process.json")
  return try CompileExecPlan(
    process: process, cgroupFiles: ["/cg/cpu,cpuacct/web/tasks"], namespaces: namespaces,
    window: nil, keyring: "_ses.web", filter: filter ? SeccompFilter(program: [], flags: []) : nil,
    own: Machine.capabilities,
    preservedDescriptors: preserved
  ).compile().plan.golden
}
