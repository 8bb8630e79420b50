internal import CLinux
internal import Glibc

/// Tells that something in a directory has changed: a file was written to, made, removed or renamed (inotify(7)).
package struct DirectoryWatch: ~Copyable {
  /// Readable when something has happened.
  package let descriptor: OwnedDescriptor

  /// Watches the directory itself and not what lies below its directories. Calls `inotify_init1(2)`,
  /// `inotify_add_watch(2)`.
  /// - Throws: `SystemError`; EMFILE or ENOSPC at the user's limit (/proc/sys/fs/inotify).
  package init(_ path: String) throws(SystemError) {
    let flags = Int32(clinux_IN_CLOEXEC | clinux_IN_NONBLOCK)
    let inotify = OwnedDescriptor(owning: try check("inotify_init1") { clinux_inotify_init1(flags) })
    let number = inotify.raw
    let mask = UInt32(clinux_IN_MODIFY | clinux_IN_CREATE | clinux_IN_DELETE | clinux_IN_MOVED_TO)
    _ = try check("inotify_add_watch", path) { unsafe clinux_inotify_add_watch(number, path, mask) }
    descriptor = inotify
  }

  /// Forgets what has happened up to now: what is looked at afterwards is not older. Calls `read(2)`.
  package borrowing func clear() throws(SystemError) {
    do throws(SystemError) {
      while try !descriptor.readChunk(limit: 16 << 10).isEmpty {}
    } catch {
      guard error.code == EAGAIN else { throw error }
    }
  }
}
