internal import LinuxBus

/// What annotations begin with that set a property of a container's scope.
package let systemdAnnotationPrefix = "org.systemd.property."

/// The properties in the annotations `org.systemd.property.NAME`, whose values are GVariant texts (runc,
/// docs/systemd.md); by name.
/// - Throws: `CgroupError.refused` with the annotation's path.
func systemdProperties(annotations: [String: String]) throws(CgroupError) -> [SystemdProperty] {
  let prefix = systemdAnnotationPrefix
  var found: [SystemdProperty] = []
  for (key, text) in annotations.sorted(by: { $0.key < $1.key }) where key.hasPrefix(prefix) {
    let path = "annotations[\"\(key)\"]"
    let name = String(key.dropFirst(prefix.utf8.count))
    guard name.utf8.count >= 3, name.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a }) else {
      throw .refused(path: path, problem: "\"\(name)\" is no property, needed three letters or more")
    }
    var parser = VariantText(text)
    guard let value = parser.parse() else {
      throw .refused(path: path, problem: "\"\(text)\" is no GVariant text, needed one such as \"uint64 5\"")
    }
    found.append(try inMicroseconds(name, value, path))
  }
  return found
}

/// systemd's manual speaks of `TimeoutStopSec`, its bus only of `TimeoutStopUSec`; both may stand here.
private func inMicroseconds(_ name: String, _ value: BusValue, _ path: String) throws(CgroupError)
  -> SystemdProperty
{
  let stem = name.dropLast(3)
  guard name.hasSuffix("Sec"), stem.last?.isLowercase == true else { return SystemdProperty(name, value) }
  let seconds: Double? =
    switch value {
    case .byte(let number): Double(number)
    case .int16(let number): Double(number)
    case .uint16(let number): Double(number)
    case .int32(let number): Double(number)
    case .uint32(let number): Double(number)
    case .int64(let number): Double(number)
    case .uint64(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  guard let seconds, seconds >= 0, seconds < 9e12 else {
    throw .refused(path: path, problem: "is no time, needed a number of seconds")
  }
  return SystemdProperty("\(stem)USec", .uint64(UInt64(seconds * 1_000_000)))
}
