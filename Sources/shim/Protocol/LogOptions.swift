/// Where a container's output is kept.
package enum LogDriver: String, Sendable, CaseIterable {
  /// docker's lines of JSON, in a file.
  case jsonFile = "json-file"
  /// The lines of Kubernetes' container runtime interface, in a file.
  case k8sFile = "k8s-file"
  /// systemd's journal.
  case journald
  /// Nowhere.
  case none
  /// Nowhere, and the shim does not even see it: the process gets the stdio that the shim was started with.
  case passthrough

  /// Whether the log is a file of ours, which is rotated.
  package var isFile: Bool { self == .jsonFile || self == .k8sFile }
}

/// How a log is kept: the values of `--log-opt` (spec/shim-protocol.md, Log).
package struct LogOptions: Sendable, Equatable {
  /// One `field.NAME=VALUE`.
  package struct Field: Sendable, Equatable {
    /// As it stands in the log.
    package let name: String
    /// Any text.
    package let value: String

    /// Makes a field.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A file that would become larger is rotated first; nil: never.
  package var maximumBytes: Int64? = 10_000_000
  /// How many files there are at most, the one that is written to among them; 1 to `mostFiles`.
  package var maximumFiles = 3
  /// Whether rotated files are compressed.
  package var compresses = false
  /// What each entry carries beside its text.
  package var fields: [Field] = []

  /// A reader holds all of them open at once.
  package static let mostFiles = 500

  /// The defaults.
  package init() {}
}

extension LogOptions {
  /// Reads each `NAME=VALUE`.
  /// - Throws: `ShimUsageError` for a name that the driver does not have, and for a value that cannot be.
  package init(_ texts: [String], for driver: LogDriver) throws(ShimUsageError) {
    for text in texts {
      guard let sign = text.firstIndex(of: "=") else {
        throw ShimUsageError("--log-opt \"\(text)\" is no NAME=VALUE")
      }
      try take(String(text[..<sign]), String(text[text.index(after: sign)...]), driver)
    }
    guard !compresses || (maximumFiles > 1 && maximumBytes != nil) else {
      throw ShimUsageError(
        "--log-opt compress=true: without rotation to a second file there is nothing to compress")
    }
  }

  private mutating func take(
    _ name: String, _ value: String, _ driver: LogDriver
  ) throws(ShimUsageError) {
    switch name {
    case "max-size" where driver.isFile:
      maximumBytes = value == "-1" ? nil : try Self.number(name, value, 1...Int64.max)
    case "max-file" where driver.isFile:
      maximumFiles = Int(try Self.number(name, value, 1...Int64(Self.mostFiles)))
    case "compress" where driver.isFile:
      guard let flag = Bool(value) else {
        throw ShimUsageError("--log-opt \(name)=\(value): \"true\" or \"false\"")
      }
      compresses = flag
    case _ where name.hasPrefix("field.") && (driver == .jsonFile || driver == .journald):
      let field = String(name.dropFirst("field.".count))
      guard !field.isEmpty, driver != .journald || Self.isJournalField(field) else {
        throw ShimUsageError("--log-opt \(name): the journal has no field of this name")
      }
      fields.append(Field(field, value))
    default:
      throw ShimUsageError("--log-opt \"\(name)\" means nothing to the log driver \"\(driver.rawValue)\"")
    }
  }

  private static func number(
    _ name: String, _ value: String, _ range: ClosedRange<Int64>
  ) throws(ShimUsageError) -> Int64 {
    guard let number = Int64(value), range.contains(number) else {
      let end =
        range.upperBound == Int64.max
        ? "\(range.lowerBound) on" : "\(range.lowerBound) to \(range.upperBound)"
      throw ShimUsageError("--log-opt \(name)=\(value): not a number from \(end)")
    }
    return number
  }

  /// Capitals, digits and underscores, at most 64, and at the start neither a digit nor an underscore, which only the
  /// journal itself sets (systemd.io/JOURNAL_NATIVE_PROTOCOL).
  package static func isJournalField(_ name: String) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, bytes.count <= 64, first != UInt8(ascii: "_"), first > UInt8(ascii: "9")
    else { return false }
    return bytes.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || $0 == 0x5f }
  }

  /// The values of `--log-opt` that say the same to the same driver; nothing for what is the default.
  package var arguments: [String] {
    let plain = LogOptions()
    var texts: [String] = []
    if maximumBytes != plain.maximumBytes { texts.append("max-size=\(maximumBytes ?? -1)") }
    if maximumFiles != plain.maximumFiles { texts.append("max-file=\(maximumFiles)") }
    if compresses { texts.append("compress=true") }
    return texts + fields.map { "field.\($0.name)=\($0.value)" }
  }
}
