/// One `--device-cgroup-rule`: `c 42:* rmw` (kernel, Documentation/admin-guide/cgroup-v1/devices.rst).
package struct DeviceRule: RawRepresentable, Codable, Hashable, Sendable {
  /// `a`, `b` or `c`.
  package let kind: String
  /// nil is every one.
  package let major: Int64?
  /// nil is every one.
  package let minor: Int64?
  /// Some of `r`, `w` and `m`.
  package let permissions: String

  /// Reads the value of `--device-cgroup-rule`.
  /// - Throws: `OptionError`.
  package init(_ text: String) throws(OptionError) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let numbers = parts.count == 3 ? parts[1].split(separator: ":", omittingEmptySubsequences: false) : []
    guard parts.count == 3, ["a", "b", "c"].contains(parts[0]), numbers.count == 2,
      let major = Self.number(numbers[0]), let minor = Self.number(numbers[1]),
      DeviceMapping.arePermissions(parts[2])
    else {
      throw OptionError(
        "--device-cgroup-rule", text,
        "invalid device cgroup format: expected KIND MAJOR:MINOR ACCESS such as \"c 42:* rmw\"")
    }
    kind = parts[0]
    self.major = major < 0 ? nil : major
    self.minor = minor < 0 ? nil : minor
    permissions = parts[2]
  }

  /// -1 for `*`; nil when it is neither that nor a device number.
  private static func number(_ text: Substring) -> Int64? {
    if text == "*" { return -1 }
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return UInt32(text).map { Int64($0) }
  }

  /// As the flag has it.
  package var rawValue: String {
    "\(kind) \(major.map { "\($0)" } ?? "*"):\(minor.map { "\($0)" } ?? "*") \(permissions)"
  }

  /// Reads what `rawValue` wrote.
  package init?(rawValue: String) {
    do throws(OptionError) { try self.init(rawValue) } catch { return nil }
  }
}
