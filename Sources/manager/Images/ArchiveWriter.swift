internal import CLibarchive
internal import LinuxSystem

/// Writes an archive of images: directories and files of known size, all of 1970, so that the same images make the same
/// bytes.
@safe final class ArchiveWriter {
  private let writer: OpaquePointer
  private let sink: ByteSink

  /// - Parameter output: takes the tar.
  init(into output: @escaping ByteSink.Output) throws(ImageError) {
    sink = ByteSink(output)
    guard let writer = unsafe archive_write_new() else { throw .failed("out of memory") }
    unsafe self.writer = writer
    // Plain ustar wherever that can say it: every reader of images knows it.
    guard unsafe archive_write_set_format_pax_restricted(writer) == ARCHIVE_OK,
      unsafe archive_write_set_bytes_per_block(writer, 1 << 18) == ARCHIVE_OK,
      unsafe archive_write_set_bytes_in_last_block(writer, 1) == ARCHIVE_OK,
      unsafe sink.open(writer) == ARCHIVE_OK
    else { throw try problem() }
  }

  deinit { unsafe archive_write_free(writer) }

  /// Writes a directory.
  func add(directory name: String) throws(ImageError) {
    try header(name, clibarchive_AE_IFDIR, permissions: 0o755, size: 0)
  }

  /// Writes a file.
  func add(_ name: String, _ bytes: [UInt8]) throws(ImageError) {
    try header(name, clibarchive_AE_IFREG, permissions: 0o644, size: Int64(bytes.count))
    try write(bytes)
  }

  /// Writes a file of so many bytes, which `next` gives until it has no more.
  func add(_ name: String, size: Int64, from next: () throws(ImageError) -> [UInt8]) throws(ImageError) {
    try header(name, clibarchive_AE_IFREG, permissions: 0o644, size: size)
    while case let bytes = try next(), !bytes.isEmpty { try write(bytes) }
  }

  /// Ends the archive.
  func finish() throws(ImageError) {
    guard unsafe archive_write_close(writer) == ARCHIVE_OK else { throw try problem() }
  }

  private func header(_ name: String, _ type: UInt32, permissions: UInt32, size: Int64) throws(ImageError) {
    guard let entry = unsafe archive_entry_new() else { throw .failed("out of memory") }
    defer { unsafe archive_entry_free(entry) }
    unsafe archive_entry_set_pathname(entry, name)
    unsafe archive_entry_set_filetype(entry, type)
    unsafe archive_entry_set_perm(entry, permissions)
    unsafe archive_entry_set_size(entry, size)
    unsafe archive_entry_set_mtime(entry, 0, 0)
    guard unsafe archive_write_header(writer, entry) == ARCHIVE_OK else { throw try problem() }
  }

  private func write(_ bytes: [UInt8]) throws(ImageError) {
    let count = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(writer, $0.baseAddress, $0.count) }
    guard count == bytes.count else { throw try problem() }
  }

  private func problem() throws(ImageError) -> ImageError {
    try sink.rethrow()
    return unsafe .failed("save: \(archiveProblem(writer))")
  }
}
