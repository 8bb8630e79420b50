/// The name of a CDI device: `vendor.com/class=name` (CDI SPEC.md, Kind and CDI Devices).
package struct QualifiedDevice: Hashable, Sendable, CustomStringConvertible {
  /// Such as `nvidia.com`.
  package let vendor: String
  /// Such as `gpu`.
  package let deviceClass: String
  /// Such as `0` or `all`.
  package let name: String

  /// Whether a `--device` means such a name and no path: no path to a device begins with anything but `/`.
  package static func isMeant(_ text: String) -> Bool {
    !text.hasPrefix("/") && text.contains("=") && text.prefix { $0 != "=" }.contains("/")
  }

  /// Reads a name.
  /// - Throws: `OptionError` of `option`.
  package init(_ text: String, option: String = "--device") throws(OptionError) {
    func problem(_ words: String) -> OptionError {
      OptionError(option, text, "\(words); a CDI device is vendor.com/class=name")
    }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw problem("it has no device name") }
    let kind = Self.split(kind: parts[0])
    if let fault = Self.fault(kind: parts[0]) ?? Self.fault(device: parts[1]) { throw problem(fault) }
    (vendor, deviceClass, name) = (kind.vendor, kind.deviceClass, parts[1])
  }

  /// The vendor and the class of a kind, each empty where it is missing.
  package static func split(kind: String) -> (vendor: String, deviceClass: String) {
    let parts = kind.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : ("", kind)
  }

  /// `vendor.com/class`.
  package var kind: String { "\(vendor)/\(deviceClass)" }

  /// As the flag has it.
  package var description: String { "\(kind)=\(name)" }

  // MARK: what names may be (CDI, pkg/parser)

  /// What is wrong with a kind; nil when nothing is.
  package static func fault(kind: String) -> String? {
    let (vendor, deviceClass) = split(kind: kind)
    return fault(vendor, "vendor", begins: isLetter, between: "-_.")
      ?? fault(deviceClass, "class", begins: isLetter, between: "-_.")
  }

  /// What is wrong with a device's name; nil when nothing is.
  package static func fault(device name: String) -> String? {
    fault(name, "device name", begins: isLetterOrDigit, between: "-_.:")
  }

  private static func fault(
    _ name: String, _ noun: String, begins: (UInt8) -> Bool, between others: String
  ) -> String? {
    guard let first = name.utf8.first, let last = name.utf8.last else { return "it has no \(noun)" }
    guard begins(first) else {
      return "the \(noun) \(quoted(name)) does not begin with a letter"
        + (begins(UInt8(ascii: "0")) ? " or digit" : "")
    }
    guard isLetterOrDigit(last) else {
      return "the \(noun) \(quoted(name)) does not end with a letter or digit"
    }
    guard name.utf8.allSatisfy({ isLetterOrDigit($0) || others.utf8.contains($0) }) else {
      return "the \(noun) \(quoted(name)) has characters besides letters, digits and \(others)"
    }
    return nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
