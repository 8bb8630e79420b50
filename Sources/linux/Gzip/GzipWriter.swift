internal import CZlib
package import LinuxSystem

/// Compresses a stream into one gzip member (RFC 1952).
@safe package final class GzipWriter {
  private var stream = unsafe z_stream()
  private var checksum: UInt = 0
  private var length: UInt32 = 0
  private var pending: [UInt8]

  /// Begins a file that says which inode it was made of (`GzipHeader`).
  /// - Throws: `SystemError` ENOMEM when zlib cannot be set up.
  package init(origin: UInt64) throws(SystemError) {
    pending = GzipHeader.bytes(origin: origin)
    guard unsafe czlib_deflate_init_raw(&stream, Z_DEFAULT_COMPRESSION) == Z_OK else {
      throw SystemError("deflateInit", code: ErrorCode.noMemory)
    }
  }

  deinit { unsafe deflateEnd(&stream) }

  /// Takes more bytes.
  /// - Returns: what there is of the file beyond what was returned before; perhaps nothing.
  package func write(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    checksum = unsafe bytes.withUnsafeBufferPointer {
      unsafe crc32(checksum, $0.baseAddress, UInt32($0.count))
    }
    // Modulo 2^32, as RFC 1952 has it.
    length &+= UInt32(truncatingIfNeeded: bytes.count)
    deflate(bytes, Z_NO_FLUSH)
    return take()
  }

  /// Ends the file.
  /// - Returns: its last bytes.
  package func finish() -> [UInt8] {
    deflate([], Z_FINISH)
    for value in [UInt32(truncatingIfNeeded: checksum), length] {
      pending += (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    return take()
  }

  private func take() -> [UInt8] {
    defer { pending = [] }
    return pending
  }

  private func deflate(_ bytes: [UInt8], _ flush: Int32) {
    var input = bytes
    unsafe input.withUnsafeMutableBufferPointer { buffer in
      unsafe stream.next_in = buffer.baseAddress
      unsafe stream.avail_in = UInt32(buffer.count)
      var isMore = true
      while isMore {
        pending += unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { space, count in
          unsafe stream.next_out = space.baseAddress
          unsafe stream.avail_out = UInt32(space.count)
          // Neither fails with a stream that was set up and buffers that are there (zlib.h, deflate).
          _ = unsafe CZlib.deflate(&stream, flush)
          count = unsafe space.count - Int(stream.avail_out)
        }
        isMore = unsafe stream.avail_out == 0
      }
      unsafe stream.next_in = nil
    }
  }
}
