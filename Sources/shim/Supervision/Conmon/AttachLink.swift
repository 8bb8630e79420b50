internal import LinuxSystem

/// A symbolic link to the bundle under a path that is short enough for a socket's address.
struct AttachLink {
  let directory: String
  let name: String

  /// Makes it in place of an older one.
  func make(to bundle: String) throws(SystemError) {
    let parent = try openFile(directory, [.path, .directory])
    try remove()
    try makeSymbolicLink(bundle, at: name, in: parent)
  }

  /// Removes it if it is there.
  func remove() throws(SystemError) {
    try removeFileIfThere("\(directory)/\(name)")
  }
}

extension ConmonOptions {
  /// The link in `--socket-dir-path` through which the attach socket has a short path; nil for none.
  var attachLink: AttachLink? {
    guard let directory = socketDirectory, bundle != nil else { return nil }
    // Callers leave out the last character of a path that would just fill an address (conmon, `conn_sock.c`).
    let isTooLong = "\(directory)/\(uuid)".utf8.count == 107
    return AttachLink(directory: directory, name: isTooLong ? String(uuid.dropLast()) : uuid)
  }
}
