/// A number of processors with a fraction: `--cpus 1.5`.
package struct CPUCount: Hashable, Sendable {
  /// In billionths of a processor; 0 is no limit.
  package let nanoCPUs: Int64

  /// Reads the value of `--cpus`.
  /// - Throws: `OptionError` when it is no decimal number, or has more than nine digits after the point.
  package init(_ text: String) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError("--cpus", text, words) }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let areDigits = parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard parts.count <= 2, areDigits, parts.contains(where: { !$0.isEmpty }) else {
      throw problem("expected a number of processors such as 2 or 0.5")
    }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard fraction.utf8.count <= 9 else {
      throw problem("value is too precise: at most nine digits after the point")
    }
    let digits = (parts[0].isEmpty ? "0" : String(parts[0])) + fraction
    guard let number = Int64(digits + String(repeating: "0", count: 9 - fraction.utf8.count)) else {
      throw problem("more processors than there are")
    }
    nanoCPUs = number
  }
}
