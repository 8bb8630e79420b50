import OCIRuntimeSpec
import Testing

@testable import Lifecycle

@Suite struct SysctlTests {
  @Test(
    arguments: [
      ("kernel.msgmax", .ipc), ("kernel.sem", .ipc), ("kernel.shm_rmid_forced", .ipc),
      ("fs.mqueue.msg_max", .ipc),
      ("net.ipv4.ip_forward", .network), ("kernel.domainname", .uts),
      ("user.max_mnt_namespaces", .user), ("user", nil), ("kernel.hostname", nil), ("kernel.panic", nil),
      ("kernel.shmmaxi", nil), ("vm.swappiness", nil),
      ("fs.mqueue", nil), ("network.x", nil), ("", nil),
    ] as [(String, RuntimeSpec.Linux.Namespace.Kind?)])
  func belongsTo(_ name: String, _ kind: RuntimeSpec.Linux.Namespace.Kind?) {
    #expect(SysctlNames.namespace(of: name) == kind)
  }

  @Test(arguments: [
    "kernel.msgmax", "kernel/msgmax", "net.ipv4.ip_forward", "net/ipv4/conf/eth0.100/rp_filter",
  ])
  func dotsAndSlashesSeparate(_ name: String) {
    #expect(SpecRules.violations(Samples.spec { $0.linux?.sysctl = [name: "1"] }) == [])
  }

  @Test(arguments: [
    "kernel.panic", "vm/overcommit_memory", "net/../kernel/panic", "net..kernel.panic", "kernel/../net/x",
    "/proc/sys/kernel/panic", "../net.x", "/net/ipv4/ip_forward",
  ])
  func whatWouldChangeTheHostIsRefused(_ name: String) {
    let found = SpecRules.violations(Samples.spec { $0.linux?.sysctl = [name: "1"] })
    #expect(
      found.map(\.description) == ["config.json: linux.sysctl[\"\(name)\"]: not a parameter of a namespace"])
  }

  @Test(arguments: [
    ("kernel.msgmax", RuntimeSpec.Linux.Namespace.Kind.ipc), ("net.ipv4.ip_forward", .network),
    ("kernel.domainname", .uts),
  ])
  func itsNamespaceMustBeTheContainers(_ name: String, _ kind: RuntimeSpec.Linux.Namespace.Kind) {
    let spec = Samples.spec {
      $0.linux?.sysctl = [name: "1"]
      $0.linux?.namespaces?.removeAll { $0.type == kind }
    }
    #expect(
      SpecRules.violations(spec).map(\.description)
        == ["config.json: linux.sysctl[\"\(name)\"]: needs a private \(kind.rawValue) namespace"])
  }
}
