internal import Cgroups
package import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Changes the limits of a container that has not stopped.
  /// - Parameters:
  ///   - resources: `linux.resources` with the members that change; a number of 0, an empty text and null mean "as it was",
  ///     as in runc. nil changes nothing.
  ///   - control: what its class of service may use.
  /// - Throws: `LifecycleError`; then every limit is as it was.
  package func update(
    _ id: String, resources: JSONValue?, control: ResourceControlChange = ResourceControlChange()
  ) throws(LifecycleError) {
    try control.check()
    try changing(id) { container throws(LifecycleError) in
      switch container.status {
      case .running, .created, .paused: break
      case .creating, .stopped:
        throw .wrongStatus("container not running: \"\(id)\" is \(container.status.rawValue)")
      }
      try apply(resources, control, to: container)
    }
  }

  private func apply(
    _ resources: JSONValue?, _ control: ResourceControlChange, to container: Container
  ) throws(LifecycleError) {
    let path = "\(container.directory)/config.json"
    let text = try during("") { () throws(SystemError) in try readFile(path) }
    var document: JSONValue
    let current: RuntimeSpec
    do throws(DocumentError) {
      document = try JSON.parse(text, file: "config.json")
      current = try JSON.decode(RuntimeSpec.self, from: document, file: "config.json")
    } catch { throw .document(error) }
    let schemata = try control.perform(current.linux, id: container.id)
    do throws(LifecycleError) {
      if !control.isEmpty { control.set(in: &document) }
      if let resources { try apply(resources, current, &document, to: container) }
      // Last: the configuration says what is in force.
      let written = JSON.write(document)
      try during("") { () throws(SystemError) in
        try writeAtomically(path, written, mode: 0o600, durable: false)
      }
    } catch {
      try duringCgroups { () throws(CgroupError) in try schemata?.undo() }
      throw error
    }
  }

  private func apply(
    _ resources: JSONValue, _ current: RuntimeSpec, _ document: inout JSONValue, to container: Container
  ) throws(LifecycleError) {
    let cgroup = try container.requireCgroup(to: "limit it")
    var asked = given(resources)
    guard asked.object != nil else { throw .usage("resources: expected a JSON object") }
    let (new, merged): (RuntimeSpec.Linux.Resources, RuntimeSpec.Linux.Resources)
    do throws(DocumentError) {
      asked = liftingSwap(asked, from: document["linux"]?["resources"])
      asked = leavingIdle(asked, from: document["linux"]?["resources"])
      let all = merge(document["linux"]?["resources"], asked)
      new = try current.asOfToday(
        JSON.decode(RuntimeSpec.Linux.Resources.self, from: asked, file: "resources"))
      merged = try current.asOfToday(
        JSON.decode(RuntimeSpec.Linux.Resources.self, from: all, file: "resources"))
      set(all, in: &document)
    } catch { throw .document(error) }
    let unit = try container.unit()
    // As at the creation: whoever may not restrict devices has none restricted.
    let restrictsDevices = !rootless.isInEffect(inside: try isInside())
    try duringCgroups { () throws(CgroupError) in
      let layout = try CgroupLayout.gather()
      try CgroupUpdate(
        new, merged: merged,
        replacing: restrictsDevices ? current.linux?.resources?.devices ?? [] : nil, layout: layout,
        directory: cgroup
      ).perform(in: unit)
    }
  }

  private func set(_ resources: JSONValue, in document: inout JSONValue) {
    var root = document.object ?? JSONObject()
    var linux = root["linux"]?.object ?? JSONObject()
    linux["resources"] = resources
    root["linux"] = .object(linux)
    document = .object(root)
  }
}

/// Without the members that say nothing.
/// - Parameter group: the name of the object.
private func given(_ value: JSONValue, in group: String = "") -> JSONValue {
  guard let object = value.object else { return value }
  // Of these 0 is a value of its own.
  let meaningful = ["idle", "swappiness", "burst"] + (group == "pids" ? ["limit"] : [])
  return .object(
    JSONObject(
      object.members.compactMap { member in
        let isZero = member.value.integer(as: Int64.self) == 0 && !meaningful.contains(member.key)
        if isZero || member.value.isNull || member.value.string == "" { return nil }
        return JSONObject.Member(key: member.key, value: given(member.value, in: member.key))
      }))
}

/// Where memory has no limit any more, neither has memory and swap together (runc): it could not be less.
private func liftingSwap(_ asked: JSONValue, from current: JSONValue?) -> JSONValue {
  guard var resources = asked.object, var memory = resources["memory"]?.object, memory["swap"] == nil,
    let limit = memory["limit"]?.integer(as: Int64.self), limit < 0,
    current?["memory"]?["swap"]?.integer(as: Int64.self) != nil
  else { return asked }
  memory["swap"] = .integer(-1)
  resources["memory"] = .object(memory)
  return .object(resources)
}

/// A weight is for one that is not idle, whose own the kernel does not change; systemd takes it so too.
private func leavingIdle(_ asked: JSONValue, from current: JSONValue?) -> JSONValue {
  func isIdle(_ resources: JSONValue?) -> (own: Bool?, file: Bool?) {
    (
      resources?["cpu"]?["idle"]?.integer(as: Int64.self).map { $0 == 1 },
      resources?["unified"]?["cpu.idle"]?.string.map { $0 == "1" }
    )
  }
  let (old, new) = (isIdle(current), isIdle(asked))
  guard var resources = asked.object, old.own == true || old.file == true, new == (nil, nil),
    asked["cpu"]?["shares"] != nil || asked["unified"]?["cpu.weight"] != nil
  else { return asked }
  var cpu = resources["cpu"]?.object ?? JSONObject()
  cpu["idle"] = .integer(0)
  resources["cpu"] = .object(cpu)
  if old.file == true {
    var unified = resources["unified"]?.object ?? JSONObject()
    unified["cpu.idle"] = .string("0")
    resources["unified"] = .object(unified)
  }
  return .object(resources)
}

/// Objects member by member; everything else is replaced.
private func merge(_ old: JSONValue?, _ new: JSONValue) -> JSONValue {
  guard var object = old?.object, let changes = new.object else { return new }
  for member in changes.members { object[member.key] = merge(object[member.key], member.value) }
  return .object(object)
}
