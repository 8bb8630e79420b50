internal import CLibarchive

/// Takes the bytes that libarchive writes, which it hands over by a C callback.
///
/// An error cannot pass through C: it waits here, and `rethrow` must follow every libarchive call that failed.
final class ByteSink {
  /// Takes the next bytes.
  typealias Output = ([UInt8]) throws(ImageError) -> Void

  private let output: Output
  private var failure: ImageError?

  init(_ output: @escaping Output) { self.output = output }

  /// What the output threw, if it did.
  func rethrow() throws(ImageError) {
    if let failure { throw failure }
  }

  /// Opens `archive` to write to this sink, which must live as long as it.
  /// - Returns: libarchive's status.
  func open(_ archive: OpaquePointer) -> Int32 {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe archive_write_open(
      archive, context, nil,
      { _, context, bytes, count in
        guard let context = unsafe context else { return -1 }
        let sink = unsafe Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
        return unsafe sink.take(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
      }, nil)
  }

  private func take(_ bytes: [UInt8]) -> Int {
    // After a failure nothing more is passed on; libarchive still tries to write the end of the archive.
    if failure != nil { return -1 }
    do throws(ImageError) {
      try output(bytes)
      return bytes.count
    } catch {
      failure = error
      return -1
    }
  }
}
