internal import CLinux
internal import Glibc

// Questions to the host that only a look at its health asks.

/// How much room a file system has, in bytes: free, and all. Calls `fstatfs(2)`.
package func fileSystemSpace(
  of file: borrowing OwnedDescriptor
) throws(SystemError) -> (freeBytes: UInt64, allBytes: UInt64) {
  let number = file.raw
  var (free, all): (UInt64, UInt64) = (0, 0)
  try checkDone("fstatfs") { unsafe clinux_fstatfs_space(number, &free, &all) }
  return (free, all)
}

/// Whether listing this directory tells what its entries are (xfs without `ftype=1` does not, and overlayfs then cannot
/// keep its whiteouts); nil when it is empty. Calls `readdir(3)`.
package func tellsKinds(ofEntriesIn path: String) throws(SystemError) -> Bool? {
  let number = try openFile(path, [.readOnly, .directory]).release()
  guard let stream = unsafe fdopendir(number) else {
    let code = errno
    _ = Glibc.close(number)
    throw SystemError("opendir", code: code, subject: path)
  }
  defer { unsafe closedir(stream) }
  while let entry = unsafe readdir(stream) {
    // `.` and `..` are directories everywhere.
    let (first, second, third) = unsafe (
      entry.pointee.d_name.0, entry.pointee.d_name.1, entry.pointee.d_name.2
    )
    let dot = CChar(bitPattern: UInt8(ascii: "."))
    if first == dot, second == 0 || (second == dot && third == 0) { continue }
    return unsafe entry.pointee.d_type != UInt8(DT_UNKNOWN)
  }
  return nil
}

/// Asks nf_tables for its generation, which changes nothing. Calls `socket(2)`.
/// - Throws: `SystemError` with the kernel's errno when it has none, or gives no answer to us.
package func probeNetfilterTables() throws(SystemError) {
  let socket = OwnedDescriptor(owning: try check("socket", "netfilter") { clinux_netfilter_socket() })
  // nlmsghdr, nfgenmsg: NFT_MSG_GETGEN (16) of NFNL_SUBSYS_NFTABLES (10), NLM_F_REQUEST (linux/netfilter/nf_tables.h).
  try socket.writeAll([20, 0, 0, 0, 16, 10, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  let answer = try socket.readChunk(limit: 4096)
  guard answer.count >= 20 else { throw SystemError("recv", code: EPROTO, subject: "netfilter") }
  // NLMSG_ERROR (2) carries a negative errno.
  guard answer[4] == 2, answer[5] == 0 else { return }
  let bits = answer[16..<20].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  throw SystemError("nf_tables", code: -Int32(bitPattern: bits))
}

/// Whether a process can be born into a new namespace of this kind; it ends at once. The process must have one thread.
/// - Throws: `SystemError` of clone3(2).
package func probeNamespace(_ kind: NamespaceKind) throws(SystemError) {
  let child = try clone(kind.flag, 0) { (_: consuming Int) in exitImmediately(0) }
  _ = try child.wait()
}

/// Whether overlayfs can be mounted, in a mount namespace that vanishes with its process. The process must have one
/// thread.
/// - Throws: `SystemError` of what failed.
package func probeOverlay() throws(SystemError) {
  let child = try clone(.newMount, 0) { (_: consuming Int) in
    do throws(SystemError) {
      try mount("none", on: "/", [.recursive, .private])
      try mount("probe", on: "/tmp", type: "tmpfs")
      for name in ["lower", "upper", "work", "merged"] { try makeDirectory("/tmp/\(name)") }
      try mount(
        "overlay", on: "/tmp/merged", type: "overlay",
        data: "lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work")
      exitImmediately(0)
    } catch { exitImmediately(error.code) }
  }
  guard case .exited(let code) = try child.wait(), code != 0 else { return }
  throw SystemError("mount overlay", code: code)
}
