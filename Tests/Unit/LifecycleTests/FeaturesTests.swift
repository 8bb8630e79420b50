import OCIRuntimeSpec
import Testing

@testable import Lifecycle

/// What `features` says is what the rules take.
@Suite struct FeaturesTests {
  @Test func everythingOfLinuxIsNamed() throws {
    let linux = try #require(supportedFeatures().linux)
    // Whether it is built in, not whether the host has it (features-linux.md).
    #expect(linux.apparmor?.enabled == true && linux.selinux?.enabled == true)
    #expect(linux.netDevices?.enabled == true)
    #expect(linux.intelRdt?.enabled == true && linux.intelRdt?.schemata == true)
    #expect(linux.intelRdt?.monitoring == true)
    #expect(linux.memoryPolicy?.modes?.contains("MPOL_WEIGHTED_INTERLEAVE") == true)
    #expect(linux.memoryPolicy?.flags?.count == 3)
    #expect(linux.cgroup?.rdma == true)
  }

  // They set properties of the container's scope, so an engine may refuse them (features.md).
  @Test func annotationsThatChangeWhatIsDoneAreNamed() {
    #expect(
      supportedFeatures().potentiallyUnsafeConfigAnnotations == [
        "org.systemd.property.", "run.oci.keep_original_groups", "run.oci.mount_context_type",
        "run.oci.seccomp_fail_unknown_syscall",
      ])
  }

  @Test func seccompIsTheLibrarys() throws {
    let seccomp = try #require(supportedFeatures().linux?.seccomp)
    #expect(seccomp.actions?.contains("SCMP_ACT_NOTIFY") == true)
    #expect(seccomp.operators?.count == 7)
    #expect(seccomp.archs?.contains("SCMP_ARCH_X86_64") == true)
    #expect(Set(seccomp.supportedFlags ?? []).isSubset(of: seccomp.knownFlags ?? []))
  }
}
