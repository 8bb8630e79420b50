/// The host name of a container.
///
/// It is written to `/etc/hosts` and given to sethostname(2), so it holds only what a host name may (RFC 1123, and
/// the underscore that people use) and at most 64 bytes (Linux, `__NEW_UTS_LEN`).
package struct Hostname: Hashable, Sendable {
  /// The name.
  package let text: String

  /// Reads the value of `--hostname`, or of another `option` that is such a name.
  /// - Throws: `OptionError` when it is no host name.
  package init(_ value: String, option: String = "--hostname") throws(OptionError) {
    let bytes = Array(value.utf8)
    guard let first = bytes.first, ContainerName.isAlphanumeric(first),
      bytes.allSatisfy({ ContainerName.isAlphanumeric($0) || "_.-".utf8.contains($0) })
    else {
      throw OptionError(option, value, "a host name has letters, digits, '-', '_' and '.' only")
    }
    guard bytes.count <= 64 else {
      throw OptionError(option, value, "a host name has at most 64 bytes")
    }
    text = value
  }
}
