internal import CLibarchive
internal import LinuxSystem

/// Writes a directory of the host as a tar in the pax form: the same bytes for the same tree, in whatever order the
/// disk has it.
///
/// Owners are numbers, sockets are left out as tar does, hard links stay links, extended attributes and ACLs come
/// along, except the attributes that are the host's own.
@safe struct DirectoryTar: ~Copyable {
  /// What the directory is.
  enum Form: String, Sendable {
    /// A tree of files.
    case plain
    /// A layer in overlayfs's form, whose whiteouts become those of a layer's tar (image-spec layer.md, Whiteouts).
    case layer
  }

  private let top: String
  private let form: Form
  private let root: OwnedDescriptor
  private let writer: OpaquePointer
  private let disk: OpaquePointer
  private let sink: ByteSink
  private let headers: TarHeaders
  private let start: [UInt8]
  private let name: [UInt8]
  /// Files with several names: the first name that they had.
  private var firstNames: [FileIdentity: [UInt8]] = [:]

  private struct FileIdentity: Hashable {
    let device: UInt64
    let inode: Int64
  }

  /// - Parameters:
  ///   - form: what the directory is.
  ///   - start: what of the directory is written, by its path in it; empty is all of it.
  ///   - name: what that is called in the tar; nil leaves what is below it without a directory before it.
  ///   - output: takes the tar.
  init(
    _ directory: String, form: Form = .plain, start: [UInt8] = [], as name: [UInt8]? = nil,
    into output: @escaping ByteSink.Output
  ) throws(ImageError) {
    self.start = start
    self.name = name ?? []
    let opened: OwnedDescriptor
    do throws(SystemError) { opened = try openFile(directory, [.readOnly, .directory]) } catch {
      throw .badSource(source: directory, problem: error.reason)
    }
    guard Environment.useUTF8(), let writer = unsafe archive_write_new(),
      let disk = unsafe archive_read_disk_new()
    else { throw .badSource(source: directory, problem: "libarchive cannot be set up") }
    root = opened
    top = directory
    self.form = form
    unsafe self.writer = writer
    unsafe self.disk = disk
    let headers = TarHeaders(output)
    self.headers = headers
    sink = ByteSink { (bytes) throws(ImageError) in try headers.take(bytes) }
  }

  deinit {
    unsafe archive_write_free(writer)
    unsafe archive_read_free(disk)
  }

  /// Writes all of it.
  /// - Throws: `.badSource` naming the file; what the output throws.
  mutating func write() throws(ImageError) {
    // Sparse files are written in full, as other tools expect of a layer (image-spec layer.md), and become sparse again
    // when they are unpacked.
    let behavior = ARCHIVE_READDISK_NO_FFLAGS | ARCHIVE_READDISK_NO_SPARSE
    guard unsafe archive_read_disk_set_behavior(disk, behavior) == ARCHIVE_OK,
      unsafe archive_write_set_format_pax(writer) == ARCHIVE_OK,
      unsafe archive_write_set_options(
        writer, "pax:xattrheader=SCHILY") == ARCHIVE_OK,
      // Each piece as it is written: `headers` looks at them, and gathers them.
      unsafe archive_write_set_bytes_per_block(writer, 0) == ARCHIVE_OK,
      unsafe sink.open(writer) == ARCHIVE_OK
    else { throw try unsafe problem(writer, at: []) }
    // A stack rather than recursion: the tree may be deep. Children are pushed last name first.
    var pending: [[UInt8]] = [start]
    while let path = pending.popLast() {
      guard try add(path) == .directory else { continue }
      let separator = path.isEmpty ? [] : [UInt8(ascii: "/")]
      pending += try names(in: path).reversed().map { path + separator + $0 }
    }
    guard unsafe archive_write_close(writer) == ARCHIVE_OK else { throw try unsafe problem(writer, at: []) }
    try headers.flush()
  }

  private mutating func add(_ path: [UInt8]) throws(ImageError) -> FileKind {
    guard let entry = unsafe archive_entry_new() else { throw failure("out of memory", at: path) }
    defer { unsafe archive_entry_free(entry) }
    let shown = shownName(of: path)
    let place = Array("\(top)/".utf8) + (path.isEmpty ? Array(".".utf8) : path)
    unsafe withCString(place) { unsafe archive_entry_copy_sourcepath(entry, $0) }
    unsafe withCString(shown) { unsafe archive_entry_copy_pathname(entry, $0) }
    guard unsafe archive_read_disk_entry_from_file(disk, entry, -1, nil) == ARCHIVE_OK else {
      throw try unsafe problem(disk, at: path)
    }
    let type = unsafe archive_entry_filetype(entry)
    if type == clibarchive_AE_IFSOCK { return .socket }
    if form == .layer, try unsafe writeWhiteout(entry, path) { return .characterDevice }
    if type == clibarchive_AE_IFDIR {
      let isOpaque = unsafe form == .layer ? isOpaque(entry) : false
      try unsafe writeHeader(entry, path)
      if isOpaque {
        try writeEmptyFile(path + (path.isEmpty ? [] : [UInt8(ascii: "/")]) + LayerEntryName.opaqueName)
      }
      return .directory
    }
    let isLink = unsafe linkToFirstName(entry, path)
    try unsafe writeHeader(entry, path)
    if type == clibarchive_AE_IFREG, !isLink { try copyData(path, unsafe archive_entry_size(entry)) }
    return .regular
  }

  /// What an entry is called in the tar.
  private func shownName(of path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    var below = path.dropFirst(start.count)
    if below.first == slash { below = below.dropFirst() }
    if below.isEmpty { return name.isEmpty ? Array(".".utf8) : name }
    return name.isEmpty ? Array(below) : name + [slash] + below
  }

  /// Turns the entry into a hard link when the file has been written under another name.
  private mutating func linkToFirstName(_ entry: OpaquePointer, _ path: [UInt8]) -> Bool {
    guard unsafe archive_entry_nlink(entry) > 1 else { return false }
    let identity = unsafe FileIdentity(
      device: UInt64(archive_entry_dev(entry)), inode: archive_entry_ino64(entry))
    guard let first = firstNames[identity] else {
      firstNames[identity] = shownName(of: path)
      return false
    }
    unsafe withCString(first) { unsafe archive_entry_copy_hardlink(entry, $0) }
    unsafe archive_entry_unset_size(entry)
    return true
  }

  /// Drops what differs from one copy of a tree to the next, and writes the header.
  private func writeHeader(_ entry: OpaquePointer, _ path: [UInt8]) throws(ImageError) {
    unsafe archive_entry_unset_atime(entry)
    unsafe archive_entry_unset_ctime(entry)
    unsafe archive_entry_unset_birthtime(entry)
    unsafe archive_entry_set_dev(entry, 0)
    unsafe archive_entry_set_ino64(entry, 0)
    unsafe archive_entry_set_nlink(entry, 1)
    unsafe removeHostAttributes(entry)
    headers.areWritten = true
    defer { headers.areWritten = false }
    switch unsafe archive_write_header(writer, entry) {
    case ARCHIVE_OK: return
    // Names that are no UTF-8 are written as they are.
    case ARCHIVE_WARN where unsafe archiveProblem(writer).contains("Can't translate"): return
    default: throw try unsafe problem(writer, at: path)
    }
  }

  /// Writes `.wh.NAME` for overlayfs's device 0:0, which hides NAME of the layers below.
  /// - Returns: false when the entry is none.
  /// - Throws: `.badSource` for a file that a layer's tar would say is one.
  private func writeWhiteout(_ entry: OpaquePointer, _ path: [UInt8]) throws(ImageError) -> Bool {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard !path[start...].starts(with: LayerEntryName.whiteoutPrefix) else {
      throw failure("a layer cannot hold a file whose name begins with \".wh.\"; rename it", at: path)
    }
    let isDevice = unsafe archive_entry_filetype(entry) == clibarchive_AE_IFCHR
    let (major, minor) = unsafe (archive_entry_rdevmajor(entry), archive_entry_rdevminor(entry))
    guard isDevice, major == 0, minor == 0 else { return false }
    try writeEmptyFile(path[..<start] + LayerEntryName.whiteoutPrefix + path[start...])
    return true
  }

  /// Whether overlayfs shows nothing of the layers below in this directory.
  private func isOpaque(_ entry: OpaquePointer) -> Bool {
    _ = unsafe archive_entry_xattr_reset(entry)
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var count = 0
    while unsafe archive_entry_xattr_next(entry, &name, &value, &count) == ARCHIVE_OK {
      guard unsafe bytes(name).elementsEqual("trusted.overlay.opaque".utf8) else { continue }
      return unsafe Array(UnsafeRawBufferPointer(start: value, count: count)) == Array("y".utf8)
    }
    return false
  }

  private func writeEmptyFile(_ path: [UInt8]) throws(ImageError) {
    guard let entry = unsafe archive_entry_new() else { throw failure("out of memory", at: path) }
    defer { unsafe archive_entry_free(entry) }
    unsafe withCString(path) { unsafe archive_entry_copy_pathname(entry, $0) }
    unsafe archive_entry_set_filetype(entry, clibarchive_AE_IFREG)
    unsafe archive_entry_set_perm(entry, 0o600)
    unsafe archive_entry_set_size(entry, 0)
    unsafe archive_entry_set_mtime(entry, 0, 0)
    guard unsafe archive_write_header(writer, entry) == ARCHIVE_OK else {
      throw try unsafe problem(writer, at: path)
    }
  }

  private func copyData(_ path: [UInt8], _ size: Int64) throws(ImageError) {
    var left = Int(size)
    do throws(SystemError) {
      let file = try openRawName(
        path, in: root, [.readOnly, .noFollow, .nonBlocking, .noControllingTerminal])
      while left > 0 {
        let bytes = try file.readChunk(limit: min(left, 1 << 18))
        if bytes.isEmpty { break }
        let written = unsafe bytes.withUnsafeBytes {
          unsafe archive_write_data(writer, $0.baseAddress, $0.count)
        }
        guard written == bytes.count else { break }
        left -= bytes.count
      }
    } catch { throw failure(error.reason, at: path) }
    try sink.rethrow()
    // The header has promised that many bytes.
    guard left == 0 else { throw failure("changed while it was being read", at: path) }
  }

  private func names(in path: [UInt8]) throws(ImageError) -> [[UInt8]] {
    do throws(SystemError) {
      return try listRawNames(
        try openRawName(path.isEmpty ? Array(".".utf8) : path, in: root, [.readOnly, .directory, .noFollow]))
    } catch { throw failure(error.reason, at: path) }
  }

  private func problem(_ archive: OpaquePointer, at path: [UInt8]) throws(ImageError) -> ImageError {
    try sink.rethrow()
    return unsafe failure(archiveProblem(archive), at: path)
  }

  private func failure(_ problem: String, at path: [UInt8]) -> ImageError {
    .badSource(source: top, problem: path.isEmpty ? problem : "\(quoted(path)): \(problem)")
  }
}
