internal import LinuxSystem
internal import OCIRuntimeSpec

/// The device rules of the document brought to the only form that the kernel's v1 controller can hold: a default,
/// and exceptions to it (kernel Documentation/admin-guide/cgroup-v1/devices.rst).
///
/// Both versions use this form, so that a document means the same on each. Without any rule everything is denied but
/// what every container needs, as in runc.
struct DeviceRules: Equatable {
  private(set) var allowsByDefault = false
  /// In the order in which they were first named.
  private(set) var exceptions: [DeviceException] = []

  static let path = "linux.resources.devices"
  private static let everyAccess = DeviceAccess.read.union(.write).union(.mknod)

  init(_ rules: [Resources.DeviceRule]) throws(CgroupError) {
    for index in rules.indices { try apply(rules[index], at: "\(DeviceRules.path)[\(index)]") }
    for device in DeviceRules.alwaysAllowed { try change(device, allow: true, at: DeviceRules.path) }
  }

  /// What runc adds after the document's own rules (libcontainer/specconv/spec_linux.go, AllowedDevices): making any
  /// node, the devices of runtime-spec config-linux.md "Default Devices", and terminals.
  private static var alwaysAllowed: [DeviceException] {
    [
      DeviceException(isBlock: false, major: nil, minor: nil, access: .mknod),
      DeviceException(isBlock: true, major: nil, minor: nil, access: .mknod),
      terminalOrMemory(1, 3), terminalOrMemory(1, 8), terminalOrMemory(1, 7),  // null random full
      terminalOrMemory(5, 0), terminalOrMemory(1, 5), terminalOrMemory(1, 9),  // tty zero urandom
      terminalOrMemory(136, nil), terminalOrMemory(5, 2),  // pts, ptmx
    ]
  }

  private static func terminalOrMemory(_ major: UInt32, _ minor: UInt32?) -> DeviceException {
    DeviceException(isBlock: false, major: major, minor: minor, access: everyAccess)
  }

  private mutating func apply(
    _ rule: Resources.DeviceRule, at path: @autoclosure () -> String
  ) throws(CgroupError) {
    let access = try DeviceRules.access(rule.access, at: "\(path()).access")
    let kind = rule.type ?? .all
    let major = try DeviceRules.number(rule.major, at: "\(path()).major")
    let minor = try DeviceRules.number(rule.minor, at: "\(path()).minor")
    if kind == .all, access == DeviceRules.everyAccess, major == nil, minor == nil {
      allowsByDefault = rule.allow
      exceptions = []
      return
    }
    // A rule for all kinds that says less is two: for "a" the v1 controller looks at nothing else, and would open every
    // device (as runc does; crun's filter on v2 compares the numbers).
    if kind != .block {
      try change(
        DeviceException(isBlock: false, major: major, minor: minor, access: access), allow: rule.allow,
        at: path())
    }
    if kind != .character {
      try change(
        DeviceException(isBlock: true, major: major, minor: minor, access: access), allow: rule.allow,
        at: path())
    }
  }

  private mutating func change(
    _ device: DeviceException, allow: Bool, at path: @autoclosure () -> String
  ) throws(CgroupError) {
    if allow != allowsByDefault {
      let same = exceptions.firstIndex {
        $0.isBlock == device.isBlock && $0.major == device.major && $0.minor == device.minor
      }
      guard let same else { return exceptions.append(device) }
      exceptions[same].access.formUnion(device.access)
      return
    }
    // Taking away. The v1 controller ignores, without a word, a rule that takes a part out of a wider exception.
    for index in exceptions.indices.reversed() where exceptions[index].overlaps(device) {
      guard device.covers(exceptions[index]) else {
        throw .refused(
          path: path(), problem: "takes a part out of a rule before it, needed rules that do not overlap")
      }
      exceptions[index].access.subtract(device.access)
      if exceptions[index].access.isEmpty { exceptions.remove(at: index) }
    }
  }

  /// The steps that put a fresh cgroup under the rules.
  func steps(unified: Bool) -> [CgroupStep] {
    let path = DeviceRules.path
    if unified { return program.map { [.filterDevices(program: $0, reason: path)] } ?? [] }
    let (open, close) = ("devices.allow", "devices.deny")
    // The default first: it forgets all exceptions, the parent's too.
    var steps = [
      CgroupStep.write(CgroupWrite(file: allowsByDefault ? open : close, value: "a", reason: path))
    ]
    if !exceptions.isEmpty {
      steps.append(
        .writeEach(
          file: allowsByDefault ? close : open, values: exceptions.map(\.v1Line), reason: path))
    }
    return steps
  }

  /// The filter of a v2 cgroup; nil without exceptions, when a filter that allows would change nothing.
  var program: [UInt8]? {
    if allowsByDefault, exceptions.isEmpty { return nil }
    return deviceFilterProgram(allowsByDefault: allowsByDefault, exceptions: exceptions)
  }

  private static func number(
    _ value: Int64?, at path: @autoclosure () -> String
  ) throws(CgroupError) -> UInt32? {
    // runc's documents write "all" as -1.
    guard let value, value != -1 else { return nil }
    guard let number = UInt32(exactly: value) else {
      throw .refused(path: path(), problem: "\(value) is out of range, needed 0 to \(UInt32.max)")
    }
    return number
  }

  private static func access(
    _ text: String?, at path: @autoclosure () -> String
  ) throws(CgroupError) -> DeviceAccess {
    var access: DeviceAccess = []
    for letter in (text ?? "").utf8 {
      switch letter {
      case UInt8(ascii: "r"): access.formUnion(.read)
      case UInt8(ascii: "w"): access.formUnion(.write)
      case UInt8(ascii: "m"): access.formUnion(.mknod)
      default:
        throw .refused(path: path(), problem: "\"\(text ?? "")\" is no access, needed letters of \"rwm\"")
      }
    }
    guard !access.isEmpty else {
      throw .refused(path: path(), problem: "is empty, needed letters of \"rwm\"")
    }
    return access
  }
}

extension DeviceException {
  /// Whether some access to some device is in both.
  fileprivate func overlaps(_ other: DeviceException) -> Bool {
    isBlock == other.isBlock && !access.isDisjoint(with: other.access)
      && (major == nil || other.major == nil || major == other.major)
      && (minor == nil || other.minor == nil || minor == other.minor)
  }

  /// Whether every device of `other` is one of these.
  fileprivate func covers(_ other: DeviceException) -> Bool {
    (major == nil || major == other.major) && (minor == nil || minor == other.minor)
  }

  /// As `devices.allow` and `devices.deny` take it: `c 1:3 rwm`.
  var v1Line: String {
    let letters = (access.contains(.read) ? "r" : "") + (access.contains(.write) ? "w" : "")
    return "\(isBlock ? "b" : "c") \(DeviceException.text(major)):\(DeviceException.text(minor)) "
      + letters + (access.contains(.mknod) ? "m" : "")
  }
  private static func text(_ number: UInt32?) -> String { number.map { decimal(Int($0)) } ?? "*" }
}
