internal import LinuxSystem
internal import ShimProtocol

/// Compresses a log's older files, one at a time and the oldest first, in a process of its own, so that the shim's one
/// thread never waits for it.
///
/// The child (`apus-shim compress-log`, this program again) knows no names: it gets the two open files. The names are
/// the shim's alone, which gives the compressed file its place by one rename when it is whole, whatever number the piece
/// has by then.
final class LogCompressor {
  private let path: String
  private let maximumFiles: Int
  private let reaper: Reaper
  /// The child at work, and the number that its piece has now; nil when the piece has been dropped meanwhile.
  private var child: (pid: Int32, number: Int?)?
  /// Who waits until nothing is at work.
  private var finished: (() throws(SystemError) -> Void)?

  init(_ path: String, _ maximumFiles: Int, _ reaper: Reaper) {
    self.path = path
    self.maximumFiles = maximumFiles
    self.reaper = reaper
  }

  /// Compresses what there is, if nothing is being compressed. A piece that cannot be stays as it is, and is tried again
  /// after the next rotation: it is no less readable.
  func begin() {
    guard child == nil else { return }
    let older = (1..<max(maximumFiles, 1)).reversed()
    guard let number = older.first(where: { fileExists(LogRotation.older(path, $0)) }) else { return }
    do throws(SystemError) { try start(number) } catch { removeUnfinished() }
  }

  private func start(_ number: Int) throws(SystemError) {
    let source = try openFile(LogRotation.older(path, number), .readOnly)
    let target = try openFile(
      LogRotation.unfinished(path), [.writeOnly, .create, .truncate], mode: 0o640)
    var plan = SpawnPlan("/proc/self/exe", ["compress-log"])
    plan.descriptors = [(0, source.raw), (1, target.raw)]
    let pid = try spawn(plan).pid
    child = (pid, number)
    let early = reaper.claim(pid) { [weak self] (status) throws(SystemError) in try self?.ended(pid, status) }
    // Reaping happens between events only, so the child just started cannot have been reaped.
    assert(early == nil, "a new child had been reaped before it was claimed")
  }

  /// Every file below a number has got the next one; what had it is gone.
  func renumbered(upTo free: Int) {
    guard let number = child?.number, number <= free else { return }
    child?.number = number == free ? nil : number + 1
  }

  /// Calls `done` when all that can be compressed is.
  func finish(_ done: @escaping () throws(SystemError) -> Void) throws(SystemError) {
    begin()
    guard child != nil else { return try done() }
    finished = done
  }

  /// Ends what is under way; the piece stays as it is.
  func cancel() {
    guard let child else { return }
    self.child = nil
    // Not reaped, so the pid is still its own; that it has ended already is no failure.
    do throws(SystemError) { try sendSignal(Signal.kill, toPID: child.pid) } catch {}
    removeUnfinished()
  }

  private func ended(_ pid: Int32, _ status: ExitStatus) throws(SystemError) {
    guard let child, child.pid == pid else { return }
    self.child = nil
    place(child.number, status)
    guard self.child == nil, let finished else { return }
    self.finished = nil
    try finished()
  }

  /// Gives what was compressed its name, and goes on with the next piece.
  private func place(_ number: Int?, _ status: ExitStatus) {
    guard status == .exited(0), let number else { return removeUnfinished() }
    do throws(SystemError) {
      passOnLineage(of: number)
      // In this order: a crash between the two leaves both, and a reader knows that the compressed one is whole.
      try renameFile(LogRotation.unfinished(path), to: LogRotation.compressed(path, number))
      try removeFile(LogRotation.older(path, number))
      begin()
    } catch { removeUnfinished() }
  }

  private func passOnLineage(of number: Int) {
    do throws(SystemError) {
      let value = try extendedAttribute(
        LogLineage.attribute, of: Array(LogRotation.older(path, number).utf8))
      try setExtendedAttribute(LogLineage.attribute, value, of: Array(LogRotation.unfinished(path).utf8))
    } catch { /* The first file of all has none, and some file systems know of none. */  }
  }

  private func removeUnfinished() {
    do throws(SystemError) { try removeFile(LogRotation.unfinished(path)) } catch {
      // What cannot be removed is overwritten by the next one.
    }
  }
}
