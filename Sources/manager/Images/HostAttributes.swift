internal import CLibarchive

/// Attributes that the host gives, never a layer: overlayfs's own, by which a layer could redirect names or hide
/// files at will, all else that is `trusted`, and the labels of the host's SELinux policy (as umoci does).
func removeHostAttributes(_ entry: OpaquePointer) {
  guard unsafe archive_entry_xattr_reset(entry) > 0 else { return }
  var kept: [(name: [UInt8], value: [UInt8])] = []
  var name: UnsafePointer<CChar>?
  var value: UnsafeRawPointer?
  var count = 0
  while unsafe archive_entry_xattr_next(entry, &name, &value, &count) == ARCHIVE_OK {
    let text = unsafe bytes(name)
    if text.starts(with: "trusted.".utf8) || text.elementsEqual("security.selinux".utf8) { continue }
    unsafe kept.append((text, Array(UnsafeRawBufferPointer(start: value, count: count))))
  }
  unsafe archive_entry_xattr_clear(entry)
  for (name, value) in kept {
    unsafe withCString(name) { name in
      unsafe value.withUnsafeBytes {
        unsafe archive_entry_xattr_add_entry(entry, name, $0.baseAddress, $0.count)
      }
    }
  }
}
