internal import CLibarchive

/// Undoes a compression in one pass: gzip by zlib, the others by libarchive's filters.
struct Decompression {
  let compression: Compression
  /// The source's name, for messages.
  let source: String

  /// - Parameters:
  ///   - input: gives the compressed bytes.
  ///   - output: takes the uncompressed ones.
  /// - Throws: `.badSource` for data that is cut off, damaged, or followed by something else; what the two throw.
  func run(
    from input: @escaping ByteFeed.Source, into output: ([UInt8]) throws(ImageError) -> Void
  ) throws(ImageError) {
    if compression == .gzip { return try gunzip(input, output) }
    let feed = ByteFeed(input)
    guard let archive = unsafe archive_read_new() else { throw failure("out of memory") }
    defer { unsafe archive_read_free(archive) }
    guard unsafe enableFilter(archive), unsafe archive_read_support_format_raw(archive) == ARCHIVE_OK else {
      throw failure("this libarchive cannot read \(compression.name)")
    }
    var entry: OpaquePointer?
    let opened =
      unsafe feed.open(archive) == ARCHIVE_OK && archive_read_next_header(archive, &entry) == ARCHIVE_OK
    guard opened else {
      try feed.rethrow()
      throw unsafe damaged(archive)
    }
    try unsafe copy(archive, feed, output)
    // A filter may stop at the end of what it knows; a layer has nothing after its end.
    guard unsafe archive_filter_bytes(archive, -1) == feed.total, try feed.isAtEnd() else {
      throw failure("there is something else after the end of the \(compression.name) data")
    }
  }

  private func gunzip(
    _ input: ByteFeed.Source, _ output: ([UInt8]) throws(ImageError) -> Void
  ) throws(ImageError) {
    let gunzip = try Gunzip(source: source)
    while case let bytes = try input(), !bytes.isEmpty { try gunzip.inflate(bytes, into: output) }
    try gunzip.finish()
  }

  private func copy(
    _ archive: OpaquePointer, _ feed: ByteFeed, _ output: ([UInt8]) throws(ImageError) -> Void
  ) throws(ImageError) {
    var block: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    while true {
      let status = unsafe archive_read_data_block(archive, &block, &count, &offset)
      if status == ARCHIVE_EOF { return }
      guard status == ARCHIVE_OK else {
        try feed.rethrow()
        throw unsafe damaged(archive)
      }
      try unsafe output(Array(UnsafeRawBufferPointer(start: block, count: count)))
    }
  }

  private func enableFilter(_ archive: OpaquePointer) -> Bool {
    let status =
      switch compression {
      case .none, .gzip: ARCHIVE_OK
      case .zstd: unsafe archive_read_support_filter_zstd(archive)
      case .xz: unsafe archive_read_support_filter_xz(archive)
      case .bzip2: unsafe archive_read_support_filter_bzip2(archive)
      }
    // WARN would be an external program in place of the library: not here.
    return status == ARCHIVE_OK
  }

  private func damaged(_ archive: OpaquePointer) -> ImageError {
    unsafe failure("the \(compression.name) data is cut off or damaged (\(archiveProblem(archive)))")
  }

  private func failure(_ problem: String) -> ImageError { .badSource(source: source, problem: problem) }
}
