internal import CZlib
package import LinuxSystem

/// Reads what `GzipWriter`, or gzip(1), has made; zlib checks checksum and length.
@safe package final class GzipReader {
  private var stream = unsafe z_stream()
  private var hasEnded = false

  /// - Throws: `SystemError` ENOMEM when zlib cannot be set up.
  package init() throws(SystemError) {
    guard unsafe czlib_inflate_init_gzip(&stream) == Z_OK else {
      throw SystemError("inflateInit", code: ErrorCode.noMemory)
    }
  }

  deinit { unsafe inflateEnd(&stream) }

  /// Takes more of the file and appends what it stands for to `output`. What follows the member is passed over.
  /// - Throws: `SystemError` EINVAL when it is damaged or no gzip.
  package func read(_ bytes: [UInt8], into output: inout [UInt8]) throws(SystemError) {
    var status = Z_OK
    var input = bytes
    unsafe input.withUnsafeMutableBufferPointer { buffer in
      unsafe stream.next_in = buffer.baseAddress
      unsafe stream.avail_in = UInt32(buffer.count)
      var isMore = !hasEnded
      while isMore {
        output += unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { space, count in
          unsafe stream.next_out = space.baseAddress
          unsafe stream.avail_out = UInt32(space.count)
          status = unsafe inflate(&stream, Z_NO_FLUSH)
          count = unsafe space.count - Int(stream.avail_out)
        }
        isMore = unsafe status == Z_OK && stream.avail_out == 0
      }
      unsafe stream.next_in = nil
    }
    if status == Z_STREAM_END { hasEnded = true }
    // Z_BUF_ERROR: no progress without more input.
    guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status) else {
      throw SystemError("inflate", code: ErrorCode.invalid, subject: "damaged gzip data")
    }
  }
}
