internal import CLibarchive
internal import LinuxSystem

/// Writes the entries of a tar stream to the file system whose root is this process's root and working directory.
///
/// It runs in the jail that `UnpackLayer` makes; what is refused here is refused to have a clear message, and so that
/// nothing depends on one wall alone.
@safe struct LayerExtraction: ~Copyable {
  let tar: TarToDisk
  /// The entry of the root directory: written last, because everything written in it changes its times.
  private var rootEntry: OpaquePointer?
  /// Whiteouts made so far: a directory that comes in the place of one hides what is below it too.
  var whiteouts: Set<[UInt8]> = []
  /// What has been written so far.
  private(set) var result = UnpackedLayer(sizeBytes: 0, entries: 0)

  /// Whether names that begin with `.wh.` are names like others.
  private let isPlain: Bool

  /// - Parameter input: gives the tar stream.
  init(isPlain: Bool = false, _ input: @escaping ByteFeed.Source) throws(LayerError) {
    tar = try TarToDisk(
      replaces: true, advice: ": give a tar, plain or under gzip, zstd, xz or bzip2, or a directory", input)
    self.isPlain = isPlain
  }

  deinit { unsafe archive_entry_free(rootEntry) }

  /// Extracts everything, to the end of the stream.
  /// - Throws: `LayerError`: one line that names the entry.
  mutating func run() throws(LayerError) {
    try tar.open()
    // Whatever libarchive warns of would be a file that is not as the layer has it.
    while let entry = try unsafe tar.nextEntry(acceptsWarnings: false) {
      try unsafe extract(entry)
      result.entries += 1
    }
    try checkEnd()
    if let rootEntry = unsafe rootEntry { try unsafe write(rootEntry, at: Array(".".utf8)) }
    try tar.close()
  }

  /// The end may be marked (POSIX pax, ustar: two blocks of zeros end an archive), or just be there after an entry, as docker
  /// takes it (Go, archive/tar, Reader.Next). Nothing may follow it. Of a layer its digest says whether it is whole.
  private func checkEnd() throws(LayerError) {
    let (end, feed) = (tar.headerPosition, tar.feed)
    do throws(ImageError) { try feed.drain() } catch { throw LayerError("\(error)") }
    guard feed.total == end || feed.total >= end + 512 else {
      throw LayerError("the tar is cut off: it ends after \(feed.total) bytes, in the middle of a block")
    }
    guard feed.totalToLastNonZero <= end else {
      throw LayerError("there is something else after the end of the tar, which is at byte \(end)")
    }
  }
}

// One entry.
extension LayerExtraction {
  private mutating func extract(_ entry: OpaquePointer) throws(LayerError) {
    let name = unsafe bytes(archive_entry_pathname(entry))
    switch isPlain ? LayerEntryName(plain: name) : LayerEntryName(name) {
    case .invalid:
      throw LayerError("entry \(quoted(name)): leads out of the layer")
    case .bookkeeping:
      return
    case .root:
      guard unsafe archive_entry_filetype(entry) == clibarchive_AE_IFDIR else {
        throw LayerError("entry \(quoted(name)): the root of a layer must be a directory")
      }
      unsafe archive_entry_free(rootEntry)
      unsafe rootEntry = archive_entry_clone(entry)
    case .file(let path):
      try unsafe write(entry, at: path)
    case .whiteout(let path):
      try hide(path)
    case .opaque(let directory):
      try makeOpaque(directory)
    }
  }

  private mutating func write(_ entry: OpaquePointer, at path: [UInt8]) throws(LayerError) {
    try unsafe EntryRules(entry, quoted(path)).check()
    unsafe withCString(path) { unsafe archive_entry_copy_pathname(entry, $0) }
    if let link = unsafe archive_entry_hardlink(entry) {
      let named = unsafe bytes(link)
      guard let target = LayerEntryName.linkTarget(named) else {
        throw LayerError("entry \(quoted(path)): its hard link to \(quoted(named)) leads out of the layer")
      }
      unsafe withCString(target) { unsafe archive_entry_copy_hardlink(entry, $0) }
    } else if unsafe archive_entry_filetype(entry) == clibarchive_AE_IFREG {
      result.sizeBytes += unsafe archive_entry_size(entry)
    }
    unsafe removeHostAttributes(entry)
    try revealParents(of: path)
    try unsafe tar.write(entry, at: path)
    if whiteouts.remove(path) != nil { try makeOpaque(path) }
  }
}
