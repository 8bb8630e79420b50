/// `--umask`: octal, at most 0777.
package struct FileModeMask: Hashable, Sendable {
  /// The bits that new files do not get.
  package let bits: UInt32

  /// Reads the value of `--umask`.
  /// - Throws: `OptionError`.
  package init(_ text: String) throws(OptionError) {
    guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...55).contains($0) }),
      let bits = UInt32(text, radix: 8), bits <= 0o777
    else { throw OptionError("--umask", text, "expected an octal number of at most 0777, such as 0022") }
    self.bits = bits
  }
}
