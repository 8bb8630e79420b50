internal import CLibarchive

/// What a tar entry must be, apart from its name, to become a file: things that libarchive would let pass as something
/// else than the layer's author wrote.
@safe struct EntryRules {
  private let entry: OpaquePointer
  private let name: String

  /// - Parameter name: for messages.
  init(_ entry: OpaquePointer, _ name: String) {
    unsafe self.entry = entry
    self.name = name
  }

  func check() throws(LayerError) {
    try checkType()
    try checkOwner("user", unsafe archive_entry_uid(entry))
    try checkOwner("group", unsafe archive_entry_gid(entry))
    try checkAccessList()
  }

  /// A link whose target libarchive has not understood would become an empty file.
  private func checkType() throws(LayerError) {
    let type = unsafe archive_entry_filetype(entry)
    let lacksTarget =
      unsafe archive_entry_hardlink(entry) == nil
      && (type == 0 || (type == clibarchive_AE_IFLNK && archive_entry_symlink(entry) == nil))
    if lacksTarget {
      throw LayerError("entry \(name): it is a link, and its target cannot be read")
    }
  }

  /// The kernel would take -1 for "leave it", and libarchive cuts what has more than 32 bits.
  private func checkOwner(_ kind: String, _ id: Int64) throws(LayerError) {
    guard (0..<Int64(UInt32.max)).contains(id) else {
      throw LayerError("entry \(name): its \(kind) id is \(id), and must be between 0 and \(UInt32.max - 1)")
    }
  }

  /// An ACL may name an account that nobody here knows; its number is needed.
  private func checkAccessList() throws(LayerError) {
    let types = ARCHIVE_ENTRY_ACL_TYPE_ACCESS | ARCHIVE_ENTRY_ACL_TYPE_DEFAULT
    guard unsafe archive_entry_acl_reset(entry, types) > 0 else { return }
    var (type, permissions, tag, id): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    var account: UnsafePointer<CChar>?
    while unsafe archive_entry_acl_next(entry, types, &type, &permissions, &tag, &id, &account) == ARCHIVE_OK
    {
      guard id < 0, tag == ARCHIVE_ENTRY_ACL_USER || tag == ARCHIVE_ENTRY_ACL_GROUP else { continue }
      throw unsafe LayerError(
        "entry \(name): its ACL names \(quoted(bytes(account))) without a number; make the tar with numeric owners"
      )
    }
  }
}
