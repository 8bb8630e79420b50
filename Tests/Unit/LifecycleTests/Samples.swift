import LinuxSecurity
import OCIRuntimeSpec

@testable import Lifecycle

/// Configurations to start from; a test changes the one thing that it is about.
enum Samples {
  /// Nothing is wrong with it.
  static func spec(_ change: (inout RuntimeSpec) -> Void = { _ in }) -> RuntimeSpec {
    var spec = RuntimeSpec(
      ociVersion: "1.2.0", process: process(), root: RuntimeSpec.Root(path: "rootfs"),
      linux: RuntimeSpec.Linux(
        namespaces: [.pid, .network, .mount, .ipc, .uts].map { RuntimeSpec.Linux.Namespace(type: $0) }))
    change(&spec)
    return spec
  }

  static func process(_ change: (inout RuntimeSpec.Process) -> Void = { _ in }) -> RuntimeSpec.Process {
    var process = RuntimeSpec.Process(args: ["sh"], env: ["PATH=/usr/bin:/bin"], cwd: "/")
    change(&process)
    return process
  }

  /// What root has on a machine that holds nothing back.
  static let root = CapabilitySets(bounding: all, effective: all, permitted: all)
  private static let all = CapabilitySet(rawValue: (1 << 41) - 1)
}
