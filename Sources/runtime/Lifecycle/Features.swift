internal import Cgroups
internal import ContainerInit
internal import JSONDocument
internal import LinuxSecurity
internal import LinuxSystem
package import OCIRuntimeSpec

/// What this runtime enforces, read off the tables that the code itself uses (runtime-spec features.md).
package func supportedFeatures() -> RuntimeFeatures {
  RuntimeFeatures(
    ociVersionMin: "1.0.0", ociVersionMax: specificationVersion, hooks: HookKind.allCases.map(\.rawValue),
    mountOptions: MountOptions.supported,
    linux: RuntimeFeatures.Linux(
      namespaces: NamespacePlan.supported.map(\.rawValue).sorted(),
      capabilities: supportedCapabilities(),
      cgroup: RuntimeFeatures.Cgroup(v1: true, v2: true, systemd: true, systemdUser: true, rdma: true),
      seccomp: RuntimeFeatures.Seccomp(
        enabled: true, actions: RuntimeSpec.Linux.Seccomp.Action.allowed,
        operators: RuntimeSpec.Linux.Seccomp.Operator.allowed,
        archs: RuntimeSpec.Linux.Seccomp.Architecture.allowed.filter(supportsSeccompArchitecture),
        knownFlags: RuntimeSpec.Linux.Seccomp.Flag.allowed,
        supportedFlags: RuntimeSpec.Linux.Seccomp.Flag.allowed.filter(supportsSeccompFlag)),
      apparmor: RuntimeFeatures.Support(enabled: true), selinux: RuntimeFeatures.Support(enabled: true),
      intelRdt: RuntimeFeatures.ResourceDirector(enabled: true, schemata: true, monitoring: true),
      memoryPolicy: RuntimeFeatures.MemoryPolicy(
        modes: RuntimeSpec.Linux.MemoryPolicy.Mode.allowed, flags: RuntimeSpec.Linux.MemoryPolicy.Flag.allowed
      ),
      mountExtensions: RuntimeFeatures.MountExtensions(idmap: RuntimeFeatures.Support(enabled: true)),
      netDevices: RuntimeFeatures.Support(enabled: true)),
    potentiallyUnsafeConfigAnnotations: [systemdAnnotationPrefix] + CrunAnnotation.all)
}

/// The capabilities that the running kernel knows.
private func supportedCapabilities() -> [String] {
  guard let last = lastCapability() else { return [] }
  return (0...last.number).compactMap { Capability(number: $0)?.name }
}
