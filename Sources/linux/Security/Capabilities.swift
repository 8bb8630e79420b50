internal import CLibcap
package import LinuxSystem

// Capabilities come apart into three steps, because init takes them at three different moments: the bounding set
// while CAP_SETPCAP is still there, the process's own sets after the change of user, and the ambient set after the
// inheritable one that the kernel checks it against (capabilities(7), Ambient).

/// One capability, by its number in the kernel.
package struct Capability: Sendable, Hashable {
  /// The bit in a `CapabilitySet`, 0 to 63.
  package let number: Int32

  /// The capability of this number, or nil when no set could hold it.
  package init?(number: Int32) {
    guard (0..<64).contains(number) else { return nil }
    self.number = number
  }

  /// The capability with this name, such as `CAP_CHOWN`, whole and in capitals (runtime-spec config.md, Linux
  /// Process, which names capabilities(7)).
  /// - Throws: `UnknownCapability` when libcap has no such name; whether the running kernel knows the capability is
  ///   another question, see `lastCapability`.
  package init(name: String) throws(UnknownCapability) {
    var value: cap_value_t = 0
    // libcap also takes numbers, other cases and prefixes of longer texts, so ask for its own spelling back.
    guard unsafe cap_from_name(name, &value) == 0, let found = Capability(number: value), found.name == name
    else { throw UnknownCapability(name: name) }
    self = found
  }

  /// The name in capitals; the number in digits when libcap has no name for it.
  package var name: String {
    guard let text = unsafe cap_to_name(number) else { return String(number) }
    defer { unsafe cap_free(text) }
    return unsafe String(cString: text).uppercased()
  }
}

/// A text that names no capability.
package struct UnknownCapability: Error, Equatable, CustomStringConvertible {
  /// The text.
  package let name: String
  package var description: String { "unknown capability \"\(name)\", needed a name such as \"CAP_CHOWN\"" }
}

/// A set of capabilities, as the kernel keeps them: one bit each.
package struct CapabilitySet: OptionSet, Sendable, Hashable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Spelled out, as `OpenFlags` has it.
  package init(arrayLiteral elements: CapabilitySet...) {
    rawValue = elements.reduce(0) { $0 | $1.rawValue }
  }

  /// The set of these.
  package init(_ capabilities: [Capability]) {
    rawValue = capabilities.reduce(0) { $0 | 1 << UInt64($1.number) }
  }

  /// Who makes device nodes (mknod(2)).
  package static let makeNodes = CapabilitySet(rawValue: 1 << UInt64(CAP_MKNOD))

  /// Whether `capability` is in it.
  package func holds(_ capability: Capability) -> Bool { rawValue >> UInt64(capability.number) & 1 == 1 }

  /// The members, lowest number first.
  package var members: [Capability] { (0..<64).compactMap(Capability.init(number:)).filter(holds) }
}

/// The five sets of a process (runtime-spec config.md, Linux Process).
package struct CapabilitySets: Sendable, Equatable {
  /// What exec may ever give.
  package var bounding: CapabilitySet
  /// What counts now.
  package var effective: CapabilitySet
  /// What may be made effective.
  package var permitted: CapabilitySet
  /// What survives exec of a program that asks for it.
  package var inheritable: CapabilitySet
  /// What survives exec of any program.
  package var ambient: CapabilitySet

  /// Makes a value; a set that is not given is empty.
  package init(
    bounding: CapabilitySet = [], effective: CapabilitySet = [], permitted: CapabilitySet = [],
    inheritable: CapabilitySet = [], ambient: CapabilitySet = []
  ) {
    self.bounding = bounding
    self.effective = effective
    self.permitted = permitted
    self.inheritable = inheritable
    self.ambient = ambient
  }
}

/// The last capability that the running kernel knows. Calls `cap_max_bits(3)`.
package func lastCapability() -> Capability? { Capability(number: cap_max_bits() - 1) }

/// All capabilities that the running kernel knows, lowest number first.
private func knownCapabilities() -> [Capability] { (0..<cap_max_bits()).compactMap(Capability.init(number:)) }

/// What a process has that a new user namespace begins with: everything but inheritable and ambient ones
/// (user_namespaces(7)).
package func everyCapability() -> CapabilitySets {
  let all = CapabilitySet(knownCapabilities())
  return CapabilitySets(bounding: all, effective: all, permitted: all)
}

/// The five sets of this process. Calls `cap_get_proc(3)` and prctl(2).
package func currentCapabilities() throws(SystemError) -> CapabilitySets {
  let own = unsafe cap_get_proc()
  guard let own = unsafe own else { throw SystemError("cap_get_proc", code: ErrorCode.notPermitted) }
  defer { unsafe cap_free(UnsafeMutableRawPointer(own)) }
  var sets = CapabilitySets()
  for capability in knownCapabilities() {
    let number = capability.number
    let bit = CapabilitySet([capability])
    if cap_get_bound(number) == 1 { sets.bounding.formUnion(bit) }
    if try unsafe isSet(own, number, CAP_EFFECTIVE) { sets.effective.formUnion(bit) }
    if try unsafe isSet(own, number, CAP_PERMITTED) { sets.permitted.formUnion(bit) }
    if try unsafe isSet(own, number, CAP_INHERITABLE) { sets.inheritable.formUnion(bit) }
    // Others are never ambient (capabilities(7), "Thread capability sets").
    let mayBeAmbient = sets.permitted.intersection(sets.inheritable).holds(capability)
    if mayBeAmbient, cap_get_ambient(number) == 1 { sets.ambient.formUnion(bit) }
  }
  return sets
}

private func isSet(_ state: cap_t, _ number: Int32, _ flag: cap_flag_t) throws(SystemError) -> Bool {
  var value = CAP_CLEAR
  try checkDone("cap_get_flag") { unsafe cap_get_flag(state, number, flag, &value) }
  return value == CAP_SET
}

/// Takes every capability that the kernel knows, and that is not kept, out of the bounding set, for good.
///
/// Comes before the change of user: it needs CAP_SETPCAP. Those that are already out are passed over, so that a
/// process that was given less to begin with can still be restricted. Calls `cap_drop_bound(3)`.
package func dropBoundingSet(keeping kept: CapabilitySet) throws(SystemError) {
  for capability in knownCapabilities() where !kept.holds(capability) {
    let number = capability.number
    do throws(SystemError) { try checkDone("drop from bounding set") { cap_drop_bound(number) } } catch {
      if cap_get_bound(number) == 0 { continue }
      throw SystemError("drop from bounding set", code: error.code, subject: capability.name)
    }
  }
}

/// Replaces the process's own three sets, all 64 bits of each.
/// - Throws: `SystemError`; EPERM when `permitted` holds what the process has not, or `effective` what `permitted`
///   has not. Calls `cap_set_proc(3)`.
package func setProcessCapabilities(
  effective: CapabilitySet, permitted: CapabilitySet, inheritable: CapabilitySet
) throws(SystemError) {
  let state = unsafe cap_init()
  guard let state = unsafe state else { throw SystemError("cap_init", code: ErrorCode.noSpace) }
  defer { unsafe cap_free(UnsafeMutableRawPointer(state)) }
  try unsafe raise(effective, CAP_EFFECTIVE, state)
  try unsafe raise(permitted, CAP_PERMITTED, state)
  try unsafe raise(inheritable, CAP_INHERITABLE, state)
  try checkDone("capset") { unsafe cap_set_proc(state) }
}

private func raise(_ set: CapabilitySet, _ flag: cap_flag_t, _ state: cap_t) throws(SystemError) {
  let numbers = set.members.map(\.number)
  if numbers.isEmpty { return }
  try checkDone("cap_set_flag") {
    unsafe numbers.withUnsafeBufferPointer {
      unsafe cap_set_flag(state, flag, Int32($0.count), $0.baseAddress, CAP_SET)
    }
  }
}

/// Replaces the ambient set. Comes after `setProcessCapabilities`: each member must be permitted and inheritable.
/// - Throws: `SystemError` naming the capability; EPERM when it is not. Calls `cap_set_ambient(3)`.
package func setAmbientCapabilities(_ set: CapabilitySet) throws(SystemError) {
  try checkDone("clear ambient set") { cap_reset_ambient() }
  for capability in set.members {
    try checkDone("raise ambient", capability.name) { cap_set_ambient(capability.number, CAP_SET) }
  }
}
