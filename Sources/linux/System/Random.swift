internal import CLinux

/// Bytes from the kernel's random number generator. Calls `getrandom(2)`.
package func randomBytes(_ count: Int) throws(SystemError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  // Up to 256 bytes come whole (getrandom(2)); ids and names need no more.
  try checkDone("getrandom") {
    unsafe bytes.withUnsafeMutableBytes { unsafe clinux_getrandom($0.baseAddress, UInt64($0.count)) }
  }
  return bytes
}

/// Lower-case hexadecimal, two digits a byte.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
