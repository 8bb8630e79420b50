import JSONDocument
import Options
import OCIRuntimeSpec
import Testing

@testable import Engine

@Suite("Limits")
struct ResourceTests {
  private static let machine = ResourceSettings.Machine(processors: [0, 1], nodes: [0])

  static func limits(_ change: (inout ResourceSettings) throws -> Void) rethrows -> ResourceSettings {
    var limits = ResourceSettings()
    try change(&limits)
    return limits
  }

  private typealias Change = @Sendable (inout ResourceSettings) -> Void

  private static let faults: [(Change, String)] = [
    ({ $0.memorySwapBytes = 1 }, "--memory-swap needs --memory: You should always set the Memory limit"),
    (
      { ($0.memoryBytes, $0.memorySwapBytes) = (2, 1) },
      "Minimum memoryswap limit should be larger than memory limit, see usage"
    ),
    (
      { ($0.memoryBytes, $0.memoryReservationBytes) = (1, 2) },
      "Minimum memory limit can not be less than memory reservation limit, see usage"
    ),
    ({ $0.memorySwappiness = 101 }, "Invalid value: 101, valid memory swappiness range is 0-100"),
    ({ $0.disablesOOMKiller = true }, "--oom-kill-disable needs --memory"),
    (
      { ($0.nanoCPUs, $0.cpuPeriodMicroseconds) = (1, 1000) },
      "Conflicting options: Nano CPUs and CPU Period cannot both be set"
    ),
    (
      { ($0.nanoCPUs, $0.cpuQuotaMicroseconds) = (1, 1000) },
      "Conflicting options: Nano CPUs and CPU Quota cannot both be set"
    ),
    (
      { $0.cpuPeriodMicroseconds = 999 },
      "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"
    ),
    ({ $0.cpuQuotaMicroseconds = 999 }, "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
    ({ $0.cpuShares = 1 }, "invalid CPU shares (1)"),
    (
      { ($0.realtimeRuntimeMicroseconds, $0.realtimePeriodMicroseconds) = (2, 1) },
      "cpu real-time runtime cannot be higher than cpu real-time period"
    ),
    ({ $0.pidsLimit = -2 }, "invalid --pids-limit -2"),
    ({ $0.blockWeight = 9 }, "Range of blkio weight is from 10 to 1000"),
    (
      { $0.nanoCPUs = 3_000_000_000 },
      "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"
    ),
    ({ $0.cpusetCPUs = "1-" }, "Invalid value 1- for cpuset cpus"),
    ({ $0.cpusetCPUs = "0-2" }, "Requested CPUs are not available - requested 0-2, available: 0,1"),
    ({ $0.cpusetNodes = "1" }, "Requested memory nodes are not available - requested 1, available: 0"),
  ]

  @Test func whatCannotBeIsRefusedInDockersWords() {
    for (change, words) in Self.faults {
      let limits = Self.limits(change)
      let error = #expect(throws: EngineError.self, "\(words)") {
        try limits.check(limits.asksForMachine ? Self.machine : nil)
      }
      #expect(error?.message.hasPrefix(words) == true, "\(String(describing: error))")
      #expect(error?.kind == .invalid)
    }
    #expect(throws: Never.self) { try ResourceSettings().check(nil) }
    #expect(throws: Never.self) {
      try Self.limits { ($0.memoryBytes, $0.memorySwapBytes) = (1, -1) }.check(nil)
    }
  }

  @Test func theyAreCompiled() throws {
    let limits = try Self.limits {
      ($0.memoryBytes, $0.memorySwapBytes, $0.memoryReservationBytes, $0.memorySwappiness) = (4, 8, 2, 0)
      ($0.nanoCPUs, $0.cpuShares, $0.cpusetCPUs, $0.cpusetNodes) = (1_500_000_000, 512, "0", "0")
      ($0.pidsLimit, $0.blockWeight, $0.disablesOOMKiller) = (-1, 300, true)
      $0.readBytes = [try DeviceRate("/dev/sda:1k", option: "", .bytes)]
      $0.writeOperations = [try DeviceRate("/dev/sda:7", option: "", .operations)]
      $0.blockWeightDevices = [try DeviceRate("/dev/sda:100", option: "", .weight)]
    }
    let document = limits.compile(devices: ["/dev/sda": DeviceNumber(major: 8, minor: 0)])
    let text = """
      {"memory":{"limit":4,"reservation":2,"swap":8,"swappiness":0,"disableOOMKiller":true},\
      "cpu":{"shares":512,"quota":150000,"period":100000,"cpus":"0","mems":"0"},"pids":{"limit":-1},\
      "blockIO":{"weight":300,"weightDevice":[{"major":8,"minor":0,"weight":100}],\
      "throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1024}],\
      "throttleWriteIOPSDevice":[{"major":8,"minor":0,"rate":7}]}}
      """
    #expect(String(decoding: JSON.write(document.document), as: UTF8.self) == text)
    #expect(try JSON.encode(document.document) == JSON.encode(document))
    #expect(ResourceSettings().compile() == RuntimeSpec.Linux.Resources())
  }

  // To docker it is no limit.
  @Test func aLimitOfNoProcessesIsNone() {
    let document = Self.limits { $0.pidsLimit = 0 }.compile()
    #expect(document.pids?.limit == -1)
  }

  @Test func aChangeIsMergedAndRefusedInDockersWords() throws {
    let old = Self.limits { ($0.memoryBytes, $0.memorySwapBytes, $0.nanoCPUs) = (10, 20, 5) }
    let new = try old.updated(
      Self.limits { ($0.memoryBytes, $0.pidsLimit, $0.cpusetCPUs) = (15, 3, "1") })
    #expect(
      new
        == Self.limits {
          ($0.memoryBytes, $0.memorySwapBytes, $0.nanoCPUs, $0.pidsLimit, $0.cpusetCPUs) = (15, 20, 5, 3, "1")
        })
    let conflicts: [(Change, String)] = [
      ({ $0.memoryBytes = 21 }, "Memory limit should be smaller than already set memoryswap limit"),
      (
        { $0.cpuPeriodMicroseconds = 1000 },
        "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set"
      ),
      (
        { $0.cpuQuotaMicroseconds = 1000 },
        "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set"
      ),
    ]
    for (change, words) in conflicts {
      let error = #expect(throws: EngineError.self) { try old.updated(Self.limits(change)) }
      #expect(error?.message.hasPrefix(words) == true)
    }
    let error = #expect(throws: EngineError.self) {
      try Self.limits { $0.cpuQuotaMicroseconds = 1000 }.updated(Self.limits { $0.nanoCPUs = 1 })
    }
    #expect(error?.message.contains("Nano CPUs cannot be updated as CPU Quota") == true)
  }

  @Test func whatUndoesAChangeSaysWhatWasThere() {
    let old = Self.limits { ($0.memoryBytes, $0.cpuShares) = (10, 100) }
    let change = Self.limits { ($0.memoryBytes, $0.pidsLimit, $0.nanoCPUs) = (20, 3, 1) }
    #expect(
      old.before(change)
        == Self.limits {
          ($0.memoryBytes, $0.pidsLimit, $0.cpuPeriodMicroseconds, $0.cpuQuotaMicroseconds) = (
            10, -1, 100_000, -1
          )
        })
  }
}
