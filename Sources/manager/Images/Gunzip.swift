internal import CLibarchive

/// Undoes gzip, one member after the other, by zlib, which checks each member's checksum and length (RFC 1952).
@safe final class Gunzip {
  private var stream = unsafe z_stream()
  private let source: String
  /// The chunk that zlib is reading, which must not move.
  private var input = unsafe UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
  private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
  /// Whether the next byte would begin a member.
  private var isBetweenMembers = true
  private var members = 0

  /// - Parameter source: its name, for messages.
  init(source: String) throws(ImageError) {
    self.source = source
    guard unsafe clibarchive_inflate_init_gzip(&stream) == Z_OK else {
      throw .badSource(source: source, problem: "zlib cannot be set up")
    }
  }

  deinit {
    unsafe inflateEnd(&stream)
    unsafe input.deallocate()
    unsafe output.deallocate()
  }

  /// Goes on with these bytes.
  /// - Throws: `.badSource` for data that is damaged or no gzip; what `take` throws.
  func inflate(_ bytes: [UInt8], into take: ([UInt8]) throws(ImageError) -> Void) throws(ImageError) {
    lend(bytes)
    while true {
      if isBetweenMembers, unsafe stream.avail_in == 0 { return }
      unsafe stream.next_out = output.baseAddress
      unsafe stream.avail_out = UInt32(output.count)
      let isStart = isBetweenMembers && members > 0
      isBetweenMembers = false
      let status = unsafe CLibarchive.inflate(&stream, Z_NO_FLUSH)
      let count = unsafe output.count - Int(stream.avail_out)
      if count > 0 { try unsafe take(Array(output.prefix(count))) }
      switch status {
      case Z_STREAM_END:
        members += 1
        isBetweenMembers = true
        unsafe inflateReset(&stream)
      // No progress without more input.
      case Z_BUF_ERROR: return
      case Z_OK: if unsafe stream.avail_in == 0 && stream.avail_out > 0 { return }
      default: throw failure(isStart)
      }
    }
  }

  /// Ends the data.
  /// - Throws: `.badSource` when it stops in the middle.
  func finish() throws(ImageError) {
    guard isBetweenMembers, members > 0 else {
      throw .badSource(source: source, problem: "the gzip data is cut off or damaged (it ends too early)")
    }
  }

  private func lend(_ bytes: [UInt8]) {
    if unsafe input.count < bytes.count {
      unsafe input.deallocate()
      unsafe input = .allocate(capacity: bytes.count)
    }
    _ = unsafe input.update(fromContentsOf: bytes)
    unsafe stream.next_in = input.baseAddress
    unsafe stream.avail_in = UInt32(bytes.count)
  }

  private func failure(_ isStart: Bool) -> ImageError {
    let text = unsafe stream.msg.map { unsafe String(cString: $0) } ?? "zlib error"
    return .badSource(
      source: source,
      problem: isStart
        ? "there is something else after the end of the gzip data"
        : "the gzip data is cut off or damaged (\(text))")
  }
}
