internal import LinuxBus
internal import LinuxSystem

/// A unit of the system's systemd, or of a user's own.
package struct SystemdUnit: Sendable, Equatable {
  /// Such as `apus-web.scope`.
  package let name: String
  /// Whether it is the caller's own systemd that has it.
  package let isUser: Bool

  package init(name: String, isUser: Bool) {
    self.name = name
    self.isUser = isUser
  }

  /// Whether the caller's own systemd is to be asked rather than the system's: for anybody but root, and for root in a
  /// user namespace that the system's bus does not belong to.
  package static var callerHasOwnManager: Bool {
    guard effectiveUserID() == 0 else { return true }
    do throws(SystemError) { return try fileStatus(BusAddress.systemSocket).userID != 0 } catch {
      // No bus at all; asking the system's then says so.
      return false
    }
  }

  /// Ends the unit and everything in it; one that is gone is no error.
  /// - Parameter killing: send SIGKILL first. systemd would begin with SIGTERM, which the first process of a pid
  ///   namespace need not even notice, and wait a minute and a half.
  package func stop(killing: Bool) throws(CgroupError) {
    var manager = try SystemdManager.connect(isUser: isUser)
    try manager.stop(name, killing: killing)
  }

  /// Changes settings of a unit that is there, all or none of them.
  func set(_ properties: [SystemdProperty]) throws(CgroupError) {
    if properties.isEmpty { return }
    var manager = try SystemdManager.connect(isUser: isUser)
    try manager.set(properties, of: name)
  }
}

/// systemd itself, on the other side of the bus (org.freedesktop.systemd1(5)).
struct SystemdManager: ~Copyable {
  private var bus: BusConnection

  private static let service = "org.freedesktop.systemd1"
  private static let object = "/org/freedesktop/systemd1"
  private static let interface = "org.freedesktop.systemd1.Manager"

  private init(_ bus: consuming BusConnection) { self.bus = bus }

  static func connect(isUser: Bool) throws(CgroupError) -> SystemdManager {
    let whose = isUser ? "the user's" : "the system's"
    return SystemdManager(
      try during("reach \(whose) bus") { () throws(BusError) in
        try BusConnection.open(isUser ? try BusAddress.user() : try BusAddress.system())
      })
  }

  /// The cgroup below which this systemd has all its units.
  mutating func controlGroup() throws(CgroupError) -> String {
    try property("ControlGroup", what: "ask for its cgroup")
  }

  private mutating func property(_ name: String, what: String) throws(CgroupError) -> String {
    let answer = try during(what) { () throws(BusError) in
      try bus.call(
        SystemdManager.service, SystemdManager.object, "org.freedesktop.DBus.Properties", "Get",
        [.string(SystemdManager.interface), .string(name)])
    }
    guard case .variant(.string(let text)) = answer.body.first else {
      throw .systemd("\(what): the answer is no text")
    }
    return text
  }

  /// A weight of 0, for idle, is known since 252; before, systemd refused the number, and left `cpu.idle` alone.
  private mutating func withoutIdleWeight(_ properties: [SystemdProperty]) throws(CgroupError)
    -> [SystemdProperty]
  {
    guard properties.contains(.idleWeight) else { return properties }
    let version = try property("Version", what: "ask for its version").drop { !$0.isNumber }
    if let number = Int(version.prefix { $0.isNumber }), number >= 252 { return properties }
    return properties.filter { $0 != .idleWeight }
  }

  /// Starts a transient unit and waits until it is there.
  /// - Throws: `CgroupError.refused` when there is a unit of that name already, which is left as it is.
  mutating func start(_ unit: String, _ properties: [SystemdProperty]) throws(CgroupError) {
    try subscribe()
    let known = try withoutIdleWeight(properties)
    if try begin(unit, known) { return }
    // One that failed keeps its name until it is forgotten (runc does the same).
    try forget(unit)
    if try begin(unit, known) { return }
    throw .refused(
      path: "linux.cgroupsPath", problem: "systemd has a unit \"\(unit)\" already, needed another name")
  }

  /// - Returns: false when there is a unit of that name.
  private mutating func begin(_ unit: String, _ properties: [SystemdProperty]) throws(CgroupError) -> Bool {
    do throws(BusError) {
      try finish(
        try call(
          "StartTransientUnit",
          [
            .string(unit), .string("replace"), SystemdManager.array(properties), .array(of: "(sa(sv))", []),
          ]), unit)
      return true
    } catch {
      if case .answered("org.freedesktop.systemd1.UnitExists", _) = error { return false }
      throw .systemd("start \"\(unit)\": \(error)")
    }
  }

  mutating func stop(_ unit: String, killing: Bool) throws(CgroupError) {
    try subscribe()
    try during("stop \"\(unit)\"") { () throws(BusError) in
      do throws(BusError) {
        if killing { try call("KillUnit", [.string(unit), .string("all"), .int32(Signal.kill)]) }
        let job = try call("StopUnit", [.string(unit), .string("replace")])
        // However the job ends, nothing is left that runs.
        _ = try result(of: job)
      } catch {
        guard SystemdManager.isGone(error) else { throw error }
      }
    }
    try forget(unit)
  }

  mutating func set(_ properties: [SystemdProperty], of unit: String) throws(CgroupError) {
    let properties = try withoutIdleWeight(properties)
    try during("change \"\(unit)\"") { () throws(BusError) -> Void in
      try call(
        "SetUnitProperties", [.string(unit), .boolean(true), SystemdManager.array(properties)])
    }
  }

  /// - Parameter path: a cgroup below the unit's own, from `/`.
  mutating func attach(_ pid: Int32, to unit: String, _ path: String) throws(CgroupError) {
    try during("move process \(pid) to \"\(unit)\"") { () throws(BusError) -> Void in
      try call(
        "AttachProcessesToUnit",
        [.string(unit), .string(path), .array(of: "u", [.uint32(UInt32(pid))])])
    }
  }

  /// Lets a failed unit go; any other is left alone, and one that is gone is no error.
  private mutating func forget(_ unit: String) throws(CgroupError) {
    try during("forget \"\(unit)\"") { () throws(BusError) in
      do throws(BusError) { try call("ResetFailedUnit", [.string(unit)]) } catch {
        guard SystemdManager.isGone(error) else { throw error }
      }
    }
  }

  /// systemd tells of its jobs only while somebody has asked for it, and the bus passes on only what is matched.
  private mutating func subscribe() throws(CgroupError) {
    try during("subscribe") { () throws(BusError) in
      try call("Subscribe", [])
      try bus.call(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch",
        [
          .string(
            "type='signal',sender='\(SystemdManager.service)',interface='\(SystemdManager.interface)',"
              + "member='JobRemoved',path='\(SystemdManager.object)'")
        ])
    }
  }

  @discardableResult
  private mutating func call(_ member: String, _ body: [BusValue]) throws(BusError) -> BusMessage {
    try bus.call(SystemdManager.service, SystemdManager.object, SystemdManager.interface, member, body)
  }

  private mutating func finish(_ job: BusMessage, _ unit: String) throws(BusError) {
    let result = try result(of: job)
    guard result == "done" else { throw .answered(name: "", message: "the job ended as \"\(result)\"") }
  }

  /// Waits for the job that a call has answered with. Only the word of the one that answered counts.
  private mutating func result(of answer: BusMessage) throws(BusError) -> String {
    guard let job = answer.body.first?.text else { throw .malformed("no job in the answer") }
    let signal = try bus.awaitSignal {
      $0.member == "JobRemoved" && $0.sender == answer.sender && $0.body.count == 4
        && $0.body[1].text == job
    }
    return signal.body[3].text ?? ""
  }

  private static func isGone(_ error: BusError) -> Bool {
    guard case .answered(let name, _) = error else { return false }
    return name == "org.freedesktop.systemd1.NoSuchUnit"
  }

  private static func array(_ properties: [SystemdProperty]) -> BusValue {
    .array(of: "(sv)", properties.map { .structure([.string($0.name), .variant($0.value)]) })
  }
}

private func during<Result: ~Copyable>(
  _ what: String, _ body: () throws(BusError) -> Result
) throws(CgroupError) -> Result {
  do throws(BusError) { return try body() } catch { throw .systemd("\(what): \(error)") }
}
