internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let update = RuntimeCommand(
    grammar: Command(
      "update", summary: "Change the limits of a container", usage: "[OPTIONS] ID",
      options: [
        .value(
          "resources", short: "r", value: "FILE",
          help: "linux.resources as JSON, - for standard input; the options for limits then do not count")
      ] + limits.map { .value($0.option, value: $0.isBytes ? "BYTES" : "VALUE", help: $0.help) } + [
        .value(
          "l3-cache-schema", value: "SCHEMA", help: "Part of the L3 cache, for a container with intelRdt"),
        .value("mem-bw-schema", value: "SCHEMA", help: "Memory bandwidth, for a container with intelRdt"),
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    let id = try context.containerID()
    var control = ResourceControlChange()
    control.cacheSchema = context.invocation.value("l3-cache-schema")
    control.bandwidthSchema = context.invocation.value("mem-bw-schema")
    let resources = try resources(context.invocation)
    if resources == nil, control.isEmpty { throw .usage("update: nothing to change, see --help") }
    try context.store.update(id, resources: resources, control: control)
    return 0
  }

  /// nil when no limit is given.
  private static func resources(_ invocation: Invocation) throws(LifecycleError) -> JSONValue? {
    guard let file = invocation.value("resources") else { return try flags(invocation) }
    let text: [UInt8]
    do throws(SystemError) {
      text = file == "-" ? try standardInput() : try readFile(file)
    } catch { throw .system(what: "--resources", error) }
    do throws(DocumentError) { return try JSON.parse(text, file: file == "-" ? "resources" : file) } catch {
      throw .document(error)
    }
  }

  private static func standardInput() throws(SystemError) -> [UInt8] {
    var text: [UInt8] = []
    while try StandardDescriptor.input.read(into: &text, limit: 4096) > 0 {}
    return text
  }

  private static func flags(_ invocation: Invocation) throws(LifecycleError) -> JSONValue? {
    var groups = JSONObject()
    for limit in limits {
      guard let text = invocation.value(limit.option), !text.isEmpty else { continue }
      var group = groups[limit.group]?.object ?? JSONObject()
      if limit.isText {
        group[limit.member] = .string(text)
      } else if let number = limit.isBytes ? byteCount(text) : Int64(text) {
        group[limit.member] = .integer(number)
      } else {
        throw .usage("invalid value \"\(text)\" for --\(limit.option), expected a number")
      }
      groups[limit.group] = .object(group)
    }
    return groups.members.isEmpty ? nil : .object(groups)
  }

  private struct Limit {
    let option: String
    let group: String
    let member: String
    var isText = false
    var isBytes = false
    let help: String
  }

  /// runc's options, and where each stands in `linux.resources`.
  private static let limits: [Limit] = [
    Limit(
      option: "blkio-weight", group: "blockIO", member: "weight", help: "Weight of block I/O, 10 to 1000"),
    Limit(option: "cpu-period", group: "cpu", member: "period", help: "Length of a period in microseconds"),
    Limit(option: "cpu-quota", group: "cpu", member: "quota", help: "CPU time in a period in microseconds"),
    Limit(option: "cpu-burst", group: "cpu", member: "burst", help: "What may be saved up, in microseconds"),
    Limit(option: "cpu-share", group: "cpu", member: "shares", help: "Weight of CPU time, 2 to 262144"),
    Limit(option: "cpu-rt-period", group: "cpu", member: "realtimePeriod", help: "Real-time period"),
    Limit(option: "cpu-rt-runtime", group: "cpu", member: "realtimeRuntime", help: "Real-time quota"),
    Limit(option: "cpu-idle", group: "cpu", member: "idle", help: "1 runs only when nobody else wants to"),
    Limit(
      option: "cpuset-cpus", group: "cpu", member: "cpus", isText: true, help: "Processors, such as 0-2,7"),
    Limit(option: "cpuset-mems", group: "cpu", member: "mems", isText: true, help: "Memory nodes"),
    Limit(option: "memory", group: "memory", member: "limit", isBytes: true, help: "Memory, -1 for no limit"),
    Limit(
      option: "memory-reservation", group: "memory", member: "reservation", isBytes: true,
      help: "What is left to it when memory is short"),
    Limit(
      option: "memory-swap", group: "memory", member: "swap", isBytes: true,
      help: "Memory and swap together, -1 for no limit"),
    Limit(
      option: "kernel-memory", group: "memory", member: "kernel", isBytes: true,
      help: "Refused: the kernel has no such limit any more"),
    Limit(
      option: "kernel-memory-tcp", group: "memory", member: "kernelTCP", isBytes: true,
      help: "Memory of TCP buffers"),
    Limit(option: "pids-limit", group: "pids", member: "limit", help: "Number of processes, -1 for no limit"),
  ]

  /// A number of bytes with an optional unit in powers of 1024: `64M`, `1GiB`, `-1`.
  static func byteCount(_ text: String) -> Int64? {
    var letters = text.lowercased()[...]
    for suffix in ["ib", "b"] where letters.hasSuffix(suffix) {
      letters = letters.dropLast(suffix.count)
      break
    }
    var shift: Int64 = 0
    if let unit = letters.last, let place = "kmgtp".firstIndex(of: unit) {
      shift = 10 * Int64("kmgtp".distance(from: "kmgtp".startIndex, to: place) + 1)
      letters = letters.dropLast()
    }
    guard let number = Int64(letters) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow ? nil : bytes
  }
}
