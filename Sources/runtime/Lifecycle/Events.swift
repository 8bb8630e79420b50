internal import Cgroups
package import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Tells what a container uses and when it runs out of memory, in the form of `runc events`.
  /// - Parameters:
  ///   - interval: how often, until the container ends; nil is once.
  ///   - emit: takes one event.
  package func events(
    _ id: String, every interval: Duration?, emit: (JSONValue) throws(LifecycleError) -> Void
  ) throws(LifecycleError) {
    let container = try container(id)
    switch container.status {
    case .created, .running, .paused: break
    case .creating, .stopped:
      throw .wrongStatus("container not running: \"\(id)\" is \(container.status.rawValue)")
    }
    let cgroup = try container.requireCgroup(to: "count what it uses")
    guard let interval else { return try emit(statistics(container)) }
    let handle = try container.openInit()
    var watch = try duringCgroups { () throws(CgroupError) in try OutOfMemoryWatch.open(cgroup) }
    let loop = try during("events") { () throws(SystemError) in
      let loop = try EventLoop()
      try loop.watch(handle.descriptor, for: .read, token: 0)
      try watch?.enter(loop, token: 1)
      return loop
    }
    var due = monotonicSeconds() + interval / .seconds(1)
    while true {
      let left = Int32(clamping: Int64(max(0, (due - monotonicSeconds()) * 1000).rounded(.up)))
      let event = try during("events") { () throws(SystemError) in try loop.next(milliseconds: left) }
      switch event?.token {
      case 0: return
      case .some:
        let isOut = try duringCgroups { () throws(CgroupError) in try watch?.takeEvent() }
        if isOut == true { try emit(eventOf(id, type: "oom", data: nil)) }
      case nil:
        try emit(statistics(container))
        due = monotonicSeconds() + interval / .seconds(1)
      }
    }
  }

  private func statistics(_ container: Container) throws(LifecycleError) -> JSONValue {
    let all = try duringCgroups { () throws(CgroupError) in try container.cgroup.statistics() }
    return eventOf(container.id, type: "stats", data: document(all))
  }
}

extension OutOfMemoryWatch {
  fileprivate borrowing func enter(_ loop: borrowing EventLoop, token: UInt64) throws(SystemError) {
    try loop.watch(descriptor, for: readiness, token: token)
  }
}

private func eventOf(_ id: String, type: String, data: JSONValue?) -> JSONValue {
  object([("type", .string(type)), ("id", .string(id))] + (data.map { [("data", $0)] } ?? []))
}

/// runc's members (types/events.go), every number spelled out.
private func document(_ all: CgroupStatistics) -> JSONValue {
  let cpu = all.cpu
  let memory = all.memory
  return object([
    (
      "cpu",
      object(
        [
          (
            "usage",
            object([
              ("total", number(cpu.total)), ("percpu", .array(cpu.perProcessor.map(number))),
              ("percpu_kernel", .array(cpu.perProcessorKernel.map(number))),
              ("percpu_user", .array(cpu.perProcessorUser.map(number))),
              ("kernel", number(cpu.kernel)), ("user", number(cpu.user)),
            ])
          ),
          (
            "throttling",
            object([
              ("periods", number(cpu.periods)), ("throttledPeriods", number(cpu.throttledPeriods)),
              ("throttledTime", number(cpu.throttledTime)),
            ])
          ),
        ] + pressure(cpu.pressure))
    ),
    ("cpuset", all.cpuset.map(cpuset) ?? object([])),
    (
      "memory",
      object(
        [
          ("cache", number(memory.cache)), ("usage", entry(memory.usage)), ("swap", entry(memory.swap)),
          ("kernel", entry(memory.kernel)), ("kernelTCP", entry(memory.kernelTCP)),
          ("raw", object(memory.raw.sorted { $0.key < $1.key }.map { ($0.key, number($0.value)) })),
        ] + pressure(memory.pressure))
    ),
    ("pids", object([("current", number(all.pids.current)), ("limit", number(all.pids.limit))])),
    (
      "blkio",
      object(
        [
          ("ioServiceBytesRecursive", .array(all.block.bytes.map(transfer))),
          ("ioServicedRecursive", .array(all.block.operations.map(transfer))),
        ] + pressure(all.block.pressure))
    ),
    (
      "hugetlb",
      object(
        all.hugepages.sorted { $0.key < $1.key }.map {
          (
            $0.key,
            object([
              ("usage", number($0.value.usage)), ("max", number($0.value.maximum)),
              ("failcnt", number($0.value.failures)),
            ])
          )
        })
    ),
    // As in runc, for whose members there is nothing here: it counts neither without monitoring groups (resctrl) and
    // interfaces of its own making.
    ("intel_rdt", object([])), ("network_interfaces", .null),
  ])
}

private func cpuset(_ set: CgroupStatistics.CPUSet) -> JSONValue {
  object(
    [("cpus", .array(set.cpus.map(number))), ("mems", .array(set.mems.map(number)))]
      + set.flags.map { ($0.name, .integer($0.value)) })
}

private func entry(_ entry: CgroupStatistics.Entry) -> JSONValue {
  object([
    ("limit", number(entry.limit)), ("usage", number(entry.usage)), ("max", number(entry.maximum)),
    ("failcnt", number(entry.failures)),
  ])
}

/// Where it is not counted runc has no such member either.
private func pressure(_ pressure: CgroupStatistics.Pressure?) -> [(String, JSONValue)] {
  pressure.map { [("psi", object([("some", share($0.some)), ("full", share($0.full))]))] } ?? []
}

private func share(_ share: CgroupStatistics.Pressure.Share) -> JSONValue {
  object([
    ("avg10", .number(share.average10)), ("avg60", .number(share.average60)),
    ("avg300", .number(share.average300)), ("total", number(share.total)),
  ])
}

private func transfer(_ transfer: CgroupStatistics.Transfer) -> JSONValue {
  object([
    ("major", number(transfer.major)), ("minor", number(transfer.minor)),
    ("op", .string(transfer.operation)), ("value", number(transfer.value)),
  ])
}

private func number(_ value: UInt64) -> JSONValue {
  Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
}

private func object(_ members: [(String, JSONValue)]) -> JSONValue {
  .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
}
