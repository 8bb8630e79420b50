internal import CLinux

/// Sets an extended attribute of `path`, a link itself rather than what it points at. Calls `lsetxattr(2)`.
/// - Parameter path: arbitrary bytes; they need not be UTF-8.
package func setExtendedAttribute(_ name: String, _ value: [UInt8], of path: [UInt8]) throws(SystemError) {
  try checkDone("setxattr", "\(name) of \(String(decoding: path, as: UTF8.self))") {
    unsafe withRawName(path) { path in
      unsafe value.withUnsafeBytes { unsafe clinux_lsetxattr(path, name, $0.baseAddress, UInt64($0.count)) }
    }
  }
}

/// Sets an extended attribute of an open file. Calls `fsetxattr(2)`.
package func setExtendedAttribute(
  _ name: String, _ value: [UInt8], of file: borrowing OwnedDescriptor
) throws(SystemError) {
  let number = file.raw
  try checkDone("setxattr", name) {
    unsafe value.withUnsafeBytes {
      unsafe clinux_fsetxattr(number, name, $0.baseAddress, UInt64($0.count))
    }
  }
}

/// The value of an extended attribute of `path`, a link itself; at most 64 KiB, the kernel's limit (xattr(7)).
/// Calls `lgetxattr(2)`; ENODATA when it has none.
package func extendedAttribute(_ name: String, of path: [UInt8]) throws(SystemError) -> [UInt8] {
  var value = [UInt8](repeating: 0, count: 65536)
  let count = try check("getxattr", String(decoding: path, as: UTF8.self)) {
    unsafe withRawName(path) { path in
      unsafe value.withUnsafeMutableBytes {
        unsafe clinux_lgetxattr(path, name, $0.baseAddress, UInt64($0.count))
      }
    }
  }
  return Array(value.prefix(Int(count)))
}
