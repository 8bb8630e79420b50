internal import CLibarchive

// What passes between Swift and libarchive as C strings: names are bytes of any character set.

/// What libarchive says went wrong with its last call, in one phrase.
func archiveProblem(_ archive: OpaquePointer) -> String {
  unsafe archive_error_string(archive).map { unsafe String(cString: $0) } ?? "unknown error"
}

/// The bytes of a C string; none for a null pointer.
func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
  guard var next = unsafe text else { return [] }
  var bytes: [UInt8] = []
  while unsafe next.pointee != 0 {
    unsafe bytes.append(UInt8(bitPattern: next.pointee))
    unsafe next += 1
  }
  return bytes
}

/// Lends bytes as a C string, for a call that copies it.
func withCString(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Void) {
  let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
  unsafe terminated.withUnsafeBufferPointer { if let start = $0.baseAddress { unsafe body(start) } }
}

/// A name for a message: control characters escaped and at most 200 bytes, so that it stays one line and cannot speak
/// to a terminal.
func quoted(_ name: [UInt8]) -> String {
  let text = String(decoding: name.prefix(200), as: UTF8.self).unicodeScalars.map { scalar in
    scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
  return "\"\(text.joined())\(name.count > 200 ? "…" : "")\""
}
