internal import LinuxSystem

/// The home directory of a user by the container's `/etc/passwd`, as the process sees it; `/` for one that is not in it.
///
/// docker and containerd leave HOME to the runtime, and runc and crun set it. The file is the image's: whatever is wrong
/// with it is no reason not to start, and it is opened so that neither a FIFO holds us nor a magic link leads out.
func findHome(of user: UInt32) -> String {
  do throws(SystemError) {
    let file = try openInRoot(
      try openFile("/", [.path, .directory]), "etc/passwd", [.readOnly, .nonBlocking, .noControllingTerminal])
    guard try fileStatus(of: file).kind == .regular else { return "/" }
    return homeDirectory(of: user, in: try file.readAll(limit: 1 << 20)) ?? "/"
  } catch { return "/" }
}

/// The sixth field of the first line with this number in its third one (passwd(5)); nil when there is none that could be
/// a variable's value.
func homeDirectory(of user: UInt32, in passwd: [UInt8]) -> String? {
  for line in passwd.split(separator: UInt8(ascii: "\n")) {
    let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard fields.count >= 6, UInt32(String(decoding: fields[2], as: UTF8.self)) == user else { continue }
    return fields[5].isEmpty || fields[5].contains(0) ? nil : String(decoding: fields[5], as: UTF8.self)
  }
  return nil
}
