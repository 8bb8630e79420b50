internal import CLibarchive
internal import LinuxSystem

/// Writes the entries of a tar to the working directory, as they stand: nothing in it is a whiteout. It runs in the jail
/// of `TreeWork`, where no name leads out.
@safe struct TreeExtraction: ~Copyable {
  private static var flags: Int32 {
    ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_XATTR
      | ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_SPARSE | ARCHIVE_EXTRACT_SECURE_NODOTDOT
      | ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS
  }

  private let feed: ByteFeed
  private let reader: OpaquePointer
  private let disk: OpaquePointer
  private let keepsOwners: Bool
  private let here: OwnedDescriptor

  /// - Parameters:
  ///   - keepsOwners: otherwise everything becomes root's.
  ///   - input: gives the tar.
  init(keepsOwners: Bool, _ input: @escaping ByteFeed.Source) throws(LayerError) {
    guard let reader = unsafe archive_read_new(), let disk = unsafe archive_write_disk_new() else {
      throw LayerError("out of memory")
    }
    guard unsafe archive_read_support_format_tar(reader) == ARCHIVE_OK,
      unsafe archive_write_disk_set_options(disk, Self.flags) == ARCHIVE_OK
    else { throw LayerError("this libarchive cannot unpack a tar") }
    do throws(SystemError) { here = try openFile(".", [.path, .directory]) } catch {
      throw LayerError("\(error)")
    }
    unsafe self.reader = reader
    unsafe self.disk = disk
    self.keepsOwners = keepsOwners
    feed = ByteFeed(input)
  }

  deinit {
    unsafe archive_read_free(reader)
    unsafe archive_write_free(disk)
  }

  /// Extracts everything.
  /// - Throws: `LayerError`: one line that names the entry.
  mutating func run() throws(LayerError) {
    guard unsafe feed.open(reader) == ARCHIVE_OK else { throw readProblem() }
    var entry: OpaquePointer?
    while true {
      switch unsafe archive_read_next_header(reader, &entry) {
      case ARCHIVE_OK, ARCHIVE_WARN: if let entry = unsafe entry { try unsafe extract(entry) }
      case ARCHIVE_EOF:
        do throws(ImageError) { try feed.drain() } catch { throw LayerError("\(error)") }
        // Now libarchive sets the times and modes of directories.
        guard unsafe archive_write_close(disk) == ARCHIVE_OK else { throw writeProblem(on: nil) }
        return
      default: throw readProblem()
      }
    }
  }

  private func extract(_ entry: OpaquePointer) throws(LayerError) {
    let name = unsafe bytes(archive_entry_pathname(entry))
    guard let path = LayerEntryName.linkTarget(name) else {
      // The directory itself is there already and stays as it is.
      guard name.allSatisfy({ $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }), name.count < 3 else {
        throw LayerError("entry \(quoted(name)): leads out of the directory")
      }
      return
    }
    try unsafe EntryRules(entry, quoted(name)).check()
    unsafe withCString(path) { unsafe archive_entry_copy_pathname(entry, $0) }
    if unsafe archive_entry_hardlink(entry) != nil {
      let target = unsafe bytes(archive_entry_hardlink(entry))
      guard let link = LayerEntryName.linkTarget(target) else {
        throw LayerError("entry \(quoted(name)): its link leads out of the directory")
      }
      unsafe withCString(link) { unsafe archive_entry_copy_hardlink(entry, $0) }
    }
    try unsafe checkPlace(entry, path)
    if !keepsOwners {
      unsafe archive_entry_set_uid(entry, 0)
      unsafe archive_entry_set_gid(entry, 0)
    }
    guard unsafe archive_write_header(disk, entry) == ARCHIVE_OK else { throw writeProblem(on: path) }
    if unsafe archive_entry_size(entry) > 0 { try copyData(of: path) }
    guard unsafe archive_write_finish_entry(disk) == ARCHIVE_OK else { throw writeProblem(on: path) }
  }

  /// A directory does not take a file's place, nor a file a directory's (moby's archive, NoOverwriteDirNonDir).
  private func checkPlace(_ entry: OpaquePointer, _ path: [UInt8]) throws(LayerError) {
    let isDirectory =
      unsafe archive_entry_filetype(entry) == clibarchive_AE_IFDIR && archive_entry_hardlink(entry) == nil
    let there: FileKind
    do throws(SystemError) {
      let opened = try openRawName(path, in: here, isDirectory ? .path : [.path, .noFollow])
      there = try fileStatus(of: opened).kind
    } catch { return }
    if isDirectory, there != .directory {
      throw LayerError("cannot overwrite non-directory \(quoted(path)) with directory")
    }
    if !isDirectory, there == .directory {
      throw LayerError("cannot overwrite directory \(quoted(path)) with non-directory")
    }
  }

  private func copyData(of path: [UInt8]) throws(LayerError) {
    var block: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    while true {
      let status = unsafe archive_read_data_block(reader, &block, &count, &offset)
      if status == ARCHIVE_EOF { return }
      guard status == ARCHIVE_OK else { throw readProblem() }
      guard unsafe archive_write_data_block(disk, block, count, offset) >= Int(ARCHIVE_OK) else {
        throw writeProblem(on: path)
      }
    }
  }

  private func readProblem() -> LayerError {
    do throws(ImageError) { try feed.rethrow() } catch { return LayerError("\(error)") }
    let problem = unsafe archiveProblem(reader)
    if problem.contains("Unrecognized archive format") { return LayerError("not a tar archive") }
    if problem.contains("runcated") {
      return LayerError("the tar is cut off: it ends after \(feed.total) bytes, in the middle of an entry")
    }
    return LayerError("the tar is damaged near byte \(feed.total) (\(problem))")
  }

  private func writeProblem(on path: [UInt8]?) -> LayerError {
    let code = unsafe archive_errno(disk)
    let reason = code > 0 ? SystemError.reason(code) : unsafe archiveProblem(disk)
    return LayerError(path.map { "entry \(quoted($0)): \(reason)" } ?? reason)
  }
}
