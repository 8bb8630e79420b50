internal import LinuxSystem
internal import Store

/// A directory below `ROOT/tmp` for work in progress. It is locked as long as its owner lives, which tells it from
/// litter, and it goes with the value.
struct TemporaryDirectory: ~Copyable {
  let path: String
  private let lock: DirectoryLock

  /// Makes one.
  /// - Throws: `.system`.
  init(below parent: String) throws(ImageError) {
    do throws(SystemError) { self = try TemporaryDirectory(locking: parent) } catch { throw .system(error) }
  }

  private init(locking parent: String) throws(SystemError) {
    while true {
      let path = "\(parent)/\(hexadecimal(try randomBytes(8)))"
      try makeDirectory(path, mode: 0o700)
      do throws(SystemError) {
        let lock = try DirectoryLock(path)
        self.path = path
        self.lock = lock
        return
      } catch {
        // A sweep came between the two lines above and took it for litter.
        guard error.code == ErrorCode.noEntry else { throw error }
      }
    }
  }

  deinit {
    // What cannot be removed now is litter, and the next sweep says so.
    do throws(SystemError) { try removeTree(path) } catch {}
  }
}
