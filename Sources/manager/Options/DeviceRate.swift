/// What one device is limited to: `/dev/sda:1mb`, `/dev/sda:100`, `/dev/sda:500`.
package struct DeviceRate: RawRepresentable, Codable, Hashable, Sendable {
  /// On the host, absolute and clean.
  package let path: String
  /// Bytes a second, operations a second, or a weight.
  package let rate: UInt64

  /// What the number means.
  package enum Kind: Sendable {
    /// Bytes a second, with a unit.
    case bytes
    /// Operations a second.
    case operations
    /// A weight of 10 to 1000; 0 is none.
    case weight
  }

  /// Reads the value of `option`.
  /// - Throws: `OptionError` in docker's words.
  package init(_ text: String, option: String, _ kind: Kind) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError(option, text, words) }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else { throw problem("bad format: expected DEVICE:NUMBER") }
    guard parts[0].hasPrefix("/dev/") else {
      throw problem("bad format for device path: expected one below /dev")
    }
    path = cleanPath(parts[0])
    switch kind {
    case .bytes:
      do throws(OptionError) { rate = UInt64(try ByteSize(parts[1], option: option).bytes) } catch {
        throw problem(
          "invalid rate for device: the correct format is <device-path>:<number>[<unit>]; number must be a positive "
            + "integer, unit is optional and can be kb, mb, or gb")
      }
    case .operations:
      guard let number = UInt64(parts[1]) else {
        throw problem(
          "invalid rate for device: the correct format is <device-path>:<number>; number must be a positive integer"
        )
      }
      rate = number
    case .weight:
      guard let number = UInt64(parts[1]), number == 0 || (10...1000).contains(number) else {
        throw problem("invalid weight for device: expected 10 to 1000, or 0 for none")
      }
      rate = number
    }
  }

  /// The path and the plain number.
  package var rawValue: String { "\(path):\(rate)" }

  /// Reads what `rawValue` wrote.
  package init?(rawValue: String) {
    do throws(OptionError) { try self.init(rawValue, option: "", .operations) } catch { return nil }
  }
}
