internal import LinuxSystem

/// A request that the kernel refused: what was asked, of what, its errno, and its own words where it has some (netlink(7),
/// extended acknowledgement). Prints as `create network device veth1: file exists`, with the words in brackets behind.
package struct NetlinkError: Error, Equatable, CustomStringConvertible {
  /// A short phrase such as `create bridge`.
  package let action: String
  /// What it was done to; may be empty.
  package let subject: String
  /// The errno.
  package let code: Int32
  /// The kernel's own words; nil when it has none.
  package let words: String?

  package init(_ action: String, _ subject: String, code: Int32, words: String? = nil) {
    self.action = action
    self.subject = subject
    self.code = code
    self.words = words
  }

  package var description: String {
    let start = subject.isEmpty ? action : "\(action) \(subject)"
    return "\(start): \(SystemError.reason(code))" + (words.map { " (\($0))" } ?? "")
  }
}
