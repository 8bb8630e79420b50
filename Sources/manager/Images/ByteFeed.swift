internal import CLibarchive

/// Lends chunks of bytes to libarchive, which asks for them by a C callback.
///
/// An error cannot pass through C: it waits here, and `rethrow` must follow every libarchive call that failed.
@safe final class ByteFeed {
  /// The next bytes; empty at the end.
  typealias Source = () throws(ImageError) -> [UInt8]

  private let source: Source
  private var failure: ImageError?
  /// What libarchive holds a pointer to until it asks again.
  private var lent = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// How many bytes have been lent so far.
  private(set) var total: Int64 = 0
  /// How many bytes there were up to the last one that was not zero, itself included.
  private(set) var totalToLastNonZero: Int64 = 0

  init(_ source: @escaping Source) { self.source = source }

  deinit { unsafe lent.deallocate() }

  /// What the source threw, if it did.
  func rethrow() throws(ImageError) {
    if let failure { throw failure }
  }

  /// Reads the rest of the source, only to count it.
  func drain() throws(ImageError) {
    while true {
      let bytes = try source()
      if bytes.isEmpty { return }
      count(bytes)
    }
  }

  private func count(_ bytes: [UInt8]) {
    if let last = bytes.lastIndex(where: { $0 != 0 }) { totalToLastNonZero = total + Int64(last) + 1 }
    total += Int64(bytes.count)
  }

  /// Whether the source has no more bytes.
  func isAtEnd() throws(ImageError) -> Bool { try source().isEmpty }

  /// Opens `archive` to read from this feed, which must live as long as it.
  /// - Returns: libarchive's status.
  func open(_ archive: OpaquePointer) -> Int32 {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe archive_read_open(
      archive, context, nil,
      { _, context, buffer in
        guard let context = unsafe context, let buffer = unsafe buffer else { return -1 }
        return unsafe Unmanaged<ByteFeed>.fromOpaque(context).takeUnretainedValue().lend(buffer)
      }, nil)
  }

  private func lend(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    do throws(ImageError) {
      let bytes = try source()
      if unsafe lent.count < bytes.count {
        unsafe lent.deallocate()
        unsafe lent = .allocate(byteCount: bytes.count, alignment: 16)
      }
      unsafe lent.copyBytes(from: bytes)
      count(bytes)
      unsafe buffer.pointee = UnsafeRawPointer(lent.baseAddress)
      return bytes.count
    } catch {
      failure = error
      return -1
    }
  }
}
