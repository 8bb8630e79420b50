/// `--log-driver` and `--log-opt`: where a container's output is kept, and how.
package struct LogSelection: Sendable, Equatable {
  /// Where it is kept; the raw value is docker's or podman's name.
  package enum Driver: String, Codable, Sendable, CaseIterable {
    case jsonFile = "json-file"
    case k8sFile = "k8s-file"
    case journald, none, passthrough

    /// The names of `--log-opt` that mean something to it.
    package var options: [String] {
      switch self {
      case .jsonFile: ["max-size", "max-file", "compress", "labels", "env", "tag"]
      case .k8sFile: ["max-size", "max-file", "compress"]
      case .journald: ["labels", "env", "tag"]
      case .none, .passthrough: []
      }
    }
  }

  /// Where it is kept.
  package let driver: Driver
  /// The values as they were given, by name; the last of a name counts.
  package let options: [String: String]

  /// What no flag asks for: json-file, rotated at its default size.
  package init() { (driver, options) = (.jsonFile, [:]) }

  /// Reads the values of `--log-driver` and `--log-opt`.
  /// - Throws: `OptionError` for a driver that is not known, and for an option that it does not have or that cannot be.
  package init(driver name: String?, options texts: [String]) throws(OptionError) {
    let name = name ?? Driver.jsonFile.rawValue
    guard let driver = Driver(rawValue: name) else {
      let known = Driver.allCases.map(\.rawValue).joined(separator: ", ")
      throw OptionError("--log-driver", name, "no such log driver; there are \(known)")
    }
    var options: [String: String] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw OptionError("--log-opt", text, "a log option is NAME=VALUE") }
      let option = String(parts[0])
      guard driver.options.contains(option) else {
        let known =
          driver.options.isEmpty ? "it has none" : "it has \(driver.options.joined(separator: ", "))"
        throw OptionError(
          "--log-opt", text, "unknown log opt for the log driver \(driver.rawValue): \(known)")
      }
      options[option] = String(parts[1])
    }
    self.driver = driver
    self.options = options
    _ = try limits()
    if let tag = options["tag"] { _ = try LogTag(tag) }
  }

  /// What the container's settings have kept.
  package init(driver: Driver, options: [String: String]) {
    self.driver = driver
    self.options = options
  }
}

extension LogSelection {
  /// How a log's files are passed on.
  package struct Limits: Sendable, Equatable {
    /// Of one file; nil: without limit.
    package var maximumBytes: Int64? = 10_000_000
    /// Of the files of one log.
    package var maximumFiles = 3
    /// Whether older files are compressed.
    package var compresses = false
  }

  /// Reads `max-size`, `max-file` and `compress`.
  /// - Throws: `OptionError` for a value that cannot be, and for compression without older files.
  package func limits() throws(OptionError) -> Limits {
    var limits = Limits()
    if let text = options["max-size"] { limits.maximumBytes = try Self.size(text) }
    if let text = options["max-file"] {
      guard let count = Int(text), (1...500).contains(count) else {
        throw OptionError("--log-opt", "max-file=\(text)", "expected a number from 1 to 500")
      }
      limits.maximumFiles = count
    }
    if let text = options["compress"] {
      guard let flag = Bool(text) else {
        throw OptionError("--log-opt", "compress=\(text)", "expected true or false")
      }
      limits.compresses = flag
    }
    guard !limits.compresses || (limits.maximumFiles > 1 && limits.maximumBytes != nil) else {
      throw OptionError(
        "--log-opt", "compress=true",
        "there is nothing to compress: max-file must be 2 or more, and max-size set")
    }
    return limits
  }

  /// The names in `labels` or `env`.
  package func names(_ option: String) -> [String] {
    (options[option] ?? "").split(separator: ",").map(String.init)
  }

  /// A number of bytes, or of thousands of them with k, m, g or t, in docker's way (docker/go-units, FromHumanSize):
  /// `512k`, `10m`, `1.5g`, `10mb`; `-1` is no limit.
  private static func size(_ text: String) throws(OptionError) -> Int64? {
    if text == "-1" { return nil }
    var digits = text.lowercased()[...]
    if digits.last == "b" { digits.removeLast() }
    var unit = 1.0
    if let last = digits.last, let power = ["k", "m", "g", "t"].firstIndex(of: String(last)) {
      for _ in 0...power { unit *= 1000 }
      digits.removeLast()
    }
    let isPlain =
      digits.first?.isNumber == true && digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard isPlain, let number = Double(digits), (1...1e15).contains(number * unit) else {
      throw OptionError(
        "--log-opt", "max-size=\(text)", "expected a size such as 512k, 10m or 1g, or -1 for no limit")
    }
    return Int64(number * unit)
  }
}
