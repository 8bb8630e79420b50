import JSONDocument
import OCIRuntimeSpec
import Options
import ShimProtocol
import Testing

@testable import Engine

@Suite("What isolates a container, in config.json")
struct ConfinementTests {
  private func spec(_ change: (inout Confinement) -> Void) -> RuntimeSpec {
    var blueprint = RuntimeSpecTests.blueprint
    change(&blueprint.confinement)
    return blueprint.compileRuntimeSpec()
  }

  @Test func namespacesAreTheContainersTheHostsOrAnothers() {
    let spec = spec {
      ($0.pid, $0.ipc, $0.uts, $0.cgroup) = (.host, .joined("/proc/7/ns/ipc"), .host, .host)
    }
    #expect(spec.linux?.namespaces?.map(\.type) == [.network, .ipc, .mount])
    #expect(spec.linux?.namespaces?[1].path == "/proc/7/ns/ipc")
    // The host's name is not ours to set.
    #expect(spec.hostname == nil)
  }

  @Test func sharedMemoryHasItsSizeOrItsPlace() {
    func mount(_ memory: Confinement.SharedMemory) -> RuntimeSpec.Mount? {
      spec { $0.sharedMemory = memory }.mounts?.first { $0.destination == "/dev/shm" }
    }
    #expect(mount(.own(bytes: 4096))?.options?.last == "size=4096")
    #expect(mount(.own(bytes: 64 << 20))?.options?.last == "size=65536k")
    #expect(mount(.shared("/x"))?.source == "/x")
    #expect(mount(.none) == nil)
  }

  @Test func aPrivilegedContainerSeesAndMayDoEverything() {
    let spec = spec {
      ($0.filter, $0.hidesSystemPaths, $0.allowsAllDevices) = (.none, false, true)
      ($0.sysIsWritable, $0.cgroupIsWritable) = (true, true)
      $0.devices = [.init(path: "/dev/fuse", type: .character, major: 10, minor: 229)]
    }
    #expect(spec.linux?.seccomp == nil)
    #expect(spec.linux?.maskedPaths == nil)
    #expect(spec.linux?.readonlyPaths == nil)
    #expect(spec.linux?.resources?.devices == [.init(allow: true, access: "rwm")])
    #expect(spec.linux?.devices?.map(\.path) == ["/dev/fuse"])
    for place in ["/sys", "/sys/fs/cgroup"] {
      let options = spec.mounts?.first { $0.destination == place }?.options
      #expect(options?.contains("rw") == true && options?.contains("ro") == false)
    }
  }

  @Test func theProcessGetsItsLimits() throws {
    let spec = spec {
      $0.limits = ["nofile=10:-1", "core=0"].compactMap { Ulimit(rawValue: $0)?.resourceLimit }
      ($0.oomScoreAdjustment, $0.fileModeMask, $0.noNewPrivileges) = (5, 0o77, true)
      ($0.apparmorProfile, $0.initProgram, $0.timeZoneFile) = ("p", "/bin/apus-init", "/zone")
      ($0.kernelParameters, $0.domainname) = (["net.ipv4.ip_unprivileged_port_start": "80"], "d")
      $0.cgroupParent = "/batch"
      $0.resources.pids = .init(limit: 3)
    }
    let process = try #require(spec.process)
    #expect(
      process.rlimits == [
        .init(type: "RLIMIT_NOFILE", hard: .max, soft: 10), .init(type: "RLIMIT_CORE", hard: 0, soft: 0),
      ])
    #expect(process.args == ["/sbin/docker-init", "--", "sh", "-c", "true"])
    #expect(process.user?.umask == 0o77)
    #expect(
      spec.linux?.sysctl == [
        "net.ipv4.ip_unprivileged_port_start": "80", "net.ipv4.ping_group_range": "0 2147483647",
        "kernel.domainname": "d",
      ])
    #expect(spec.linux?.cgroupsPath == "/batch/apus-0123")
    let own = spec.mounts?.filter { ["/sbin/docker-init", "/etc/localtime"].contains($0.destination) }
    #expect(own?.map(\.options) == [["bind", "rprivate", "ro"], ["bind", "rprivate", "ro"]])
    // And by hand as by Encodable.
    #expect(try JSON.encode(spec.document) == JSON.encode(spec))
  }

  @Test func whatCannotBeTogetherIsRefused() {
    let faults: [(@Sendable (inout CreateRequest) throws -> Void, String)] = [
      (
        {
          $0.isolation.uts = .host
          $0.hostname = try Hostname("h")
        }, "conflicting options: hostname and the UTS mode"
      ),
      (
        {
          $0.isolation.uts = .host
          $0.isolation.domainname = "d"
        }, "conflicting options: domainname and the UTS mode"
      ),
      (
        {
          $0.isolation.pid = .host
          $0.process.usesInit = true
        }, "conflicting options: --init and --pid host: process 1 is another's there"
      ),
      (
        {
          $0.isolation.ipc = .host
          $0.isolation.sharedMemoryBytes = 1
        }, "conflicting options: --shm-size and --ipc host: /dev/shm is not the container's own"
      ),
      (
        {
          $0.isolation.pid = .container("x")
          $0.restart = .always
        },
        "conflicting options: --restart and --pid container: the other container may have gone by then"
      ),
      (
        {
          $0.network = .host
          $0.isolation.kernelParameters = ["net.core.somaxconn": "1"]
        }, "sysctl \"net.core.somaxconn\" not allowed in host network namespace"
      ),
      (
        {
          $0.isolation.ipc = .host
          $0.isolation.kernelParameters = ["kernel.shmmax": "1"]
        }, "sysctl \"kernel.shmmax\" is not allowed in the hosts ipc namespace"
      ),
      (
        { $0.process.oomScoreAdjustment = 1001 },
        "Invalid value 1001, range for oom score adj is [-1000, 1000]"
      ),
      (
        {
          $0.isolation.cgroupsAreWritable = true
          $0.isolation.cgroupns = .host
        }, "conflicting options: writable-cgroups and --cgroupns host"
      ),
    ]
    for (change, words) in faults {
      #expect(throws: EngineError(.invalid, words)) { try SettingsTests.settings { try change(&$0) } }
    }
  }

  @Test func everySettingComesBackFromItsJSON() throws {
    let settings = try SettingsTests.settings {
      $0.resources.memoryBytes = 64 << 20
      $0.resources.readBytes = [try DeviceRate("/dev/sda:1k", option: "", .bytes)]
      ($0.resources.cpusetCPUs, $0.resources.disablesOOMKiller) = ("0", true)
      ($0.isolation.pid, $0.isolation.ipc) = (.container("abc"), .shareable)
      $0.isolation.devices = [try DeviceMapping("/dev/fuse:r")]
      $0.isolation.deviceRules = [try DeviceRule("c 1:* r")]
      ($0.isolation.seccomp, $0.isolation.apparmor, $0.isolation.domainname) = ("{}", "p", "d")
      ($0.isolation.cgroupParent, $0.isolation.sharedMemoryBytes) = ("/x", 1)
      $0.isolation.kernelParameters = ["net.x": "1"]
      $0.process.limits = [try Ulimit("nofile=1:2")]
      ($0.process.groups, $0.process.oomScoreAdjustment) = (["audio"], -5)
      ($0.process.fileModeMask, $0.process.timeZone, $0.process.usesInit) = (0o22, "UTC", true)
      ($0.annotations, $0.identifierFile) = (["a": "b"], "/f")
      $0.isolation.pid = .own
    }
    #expect(settings.resources.memorySwapBytes == 128 << 20)
    #expect(try ContainerSettings(json: settings.json, id: "x") == settings)
    let document = try JSON.encodeToValue(settings)
    #expect(try JSON.parse(Array(settings.json.utf8), file: "x") == document)
  }
}
