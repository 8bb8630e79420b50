internal import CLibarchive
internal import LinuxSystem

/// Writes the entries of a tar to the working directory, as they stand: nothing in it is a whiteout. It runs in the jail
/// of `TreeWork`, where no name leads out.
@safe struct TreeExtraction: ~Copyable {
  private let tar: TarToDisk
  private let keepsOwners: Bool
  private let here: OwnedDescriptor

  /// - Parameters:
  ///   - keepsOwners: otherwise everything becomes root's.
  ///   - input: gives the tar.
  init(keepsOwners: Bool, _ input: @escaping ByteFeed.Source) throws(LayerError) {
    let opened: OwnedDescriptor
    do throws(SystemError) { opened = try openFile(".", [.path, .directory]) } catch {
      throw LayerError("\(error)")
    }
    tar = try TarToDisk(replaces: false, input)
    here = opened
    self.keepsOwners = keepsOwners
  }

  /// Extracts everything.
  /// - Throws: `LayerError`: one line that names the entry.
  mutating func run() throws(LayerError) {
    try tar.open()
    while let entry = try unsafe tar.nextEntry(acceptsWarnings: true) { try unsafe extract(entry) }
    do throws(ImageError) { try tar.feed.drain() } catch { throw LayerError("\(error)") }
    try tar.close()
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
    try unsafe tar.write(entry, at: path)
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
}
