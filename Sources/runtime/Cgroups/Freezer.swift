internal import LinuxSystem

extension CgroupDirectory {
  /// Where the freezer is: v1's own hierarchy when there is one, else the unified one (Linux 5.2).
  private enum Freezer {
    case v1(String)
    case v2(String)
  }

  private var freezer: Freezer? {
    path(of: "freezer").map { .v1($0) } ?? unifiedPath.map { .v2($0) }
  }

  /// Stops all its processes where they are, and waits until they are stopped.
  /// - Throws: `CgroupError`; then they run again.
  package func freeze() throws(CgroupError) {
    do throws(SystemError) {
      switch freezer {
      case .v1(let path): try freezeV1(path)
      case .v2(let path):
        try writeExistingFile("\(path)/cgroup.freeze", "1")
        try wait(for: "frozen 1", in: "\(path)/cgroup.events")
      case nil: throw SystemError("freeze", code: ErrorCode.noEntry, subject: "freezer hierarchy")
      }
    } catch {
      // Half frozen is worse than not at all: such a container neither works nor dies.
      do throws(CgroupError) { try thaw() } catch { throw error }
      throw .failed(path: "", error)
    }
  }

  /// Lets its processes run again.
  package func thaw() throws(CgroupError) {
    do throws(SystemError) {
      switch freezer {
      case .v1(let path): try writeExistingFile("\(path)/freezer.state", "THAWED")
      case .v2(let path): try writeExistingFile("\(path)/cgroup.freeze", "0")
      case nil: return
      }
    } catch { throw .failed(path: "", error) }
  }

  /// Whether the cgroup itself is frozen, not merely one above it. A cgroup that is gone is not.
  package func isFrozen() throws(CgroupError) -> Bool {
    do throws(SystemError) {
      switch freezer {
      case .v1(let path): return try readText("\(path)/freezer.self_freezing") == "1"
      case .v2(let path): return try readText("\(path)/cgroup.freeze") == "1"
      case nil: return false
      }
    } catch {
      guard error.code == ErrorCode.noEntry || error.code == ErrorCode.noDevice else {
        throw .failed(path: "", error)
      }
      return false
    }
  }

  /// v1 can miss a process that was being born; the kernel wants to be told again then, and now and then to start
  /// over (runc, libcontainer/cgroups/fs/freezer.go, found the same by trying).
  private func freezeV1(_ path: String) throws(SystemError) {
    for attempt in 1...500 {
      if attempt % 50 == 0 {
        try writeExistingFile("\(path)/freezer.state", "THAWED")
        sleep(milliseconds: 10)
      }
      try writeExistingFile("\(path)/freezer.state", "FROZEN")
      if try readText("\(path)/freezer.state") == "FROZEN" { return }
      if attempt % 10 == 0 { sleep(milliseconds: 1) }
    }
    throw SystemError("freeze", code: ErrorCode.busy, subject: path)
  }

  private func wait(for line: String, in path: String) throws(SystemError) {
    for _ in 0..<2000 {
      if try readText(path).split(separator: "\n").contains(where: { $0 == line }) { return }
      sleep(milliseconds: 1)
    }
    throw SystemError("freeze", code: ErrorCode.busy, subject: path)
  }

  /// Sends SIGKILL to everything in it, frozen or not. They are dead or dying afterwards; `remove` waits for them.
  package func killAll() throws(CgroupError) {
    // Since 5.14 the kernel does it in one go, and nothing can be born meanwhile.
    let killed = try killUnified()
    if !killed { try killOneByOne() }
    // A process frozen on v1 holds its SIGKILL back until it is thawed.
    if case .v1(let path) = freezer, fileExists(path) { try thaw() }
  }

  private func killUnified() throws(CgroupError) -> Bool {
    guard let path = unifiedPath else { return false }
    do throws(SystemError) { try writeExistingFile("\(path)/cgroup.kill", "1") } catch {
      guard error.code == ErrorCode.noEntry || error.code == ErrorCode.noDevice else {
        throw .failed(path: "", error)
      }
      return false
    }
    return true
  }

  /// Frozen, nothing can fork away from the list; where there is no freezer, or it does not succeed, the list is
  /// gone through until it stays empty.
  private func killOneByOne() throws(CgroupError) {
    for _ in 0..<100 {
      do throws(CgroupError) { try freeze() } catch {
        // Killing must not depend on the freezer.
      }
      let pids = try processes()
      try signal(pids, 9)
      try thawIfThere()
      if pids.isEmpty { return }
      sleep(milliseconds: 1)
    }
  }

  /// Lets its processes run again; one that is gone, or was never made whole, is no error.
  package func thawIfThere() throws(CgroupError) {
    do throws(CgroupError) { try thaw() } catch {
      guard case .failed(_, let cause) = error,
        cause.code == ErrorCode.noEntry || cause.code == ErrorCode.noDevice
      else { throw error }
    }
  }

  /// Sends a signal to every process in it. One that ends meanwhile is no error.
  /// - Parameter number: for SIGKILL `killAll` is surer.
  package func signalAll(_ number: Int32) throws(CgroupError) { try signal(try processes(), number) }

  private func signal(_ pids: [Int32], _ number: Int32) throws(CgroupError) {
    for pid in pids {
      do throws(SystemError) { try sendSignal(number, toPID: pid) } catch {
        guard error.code == ErrorCode.noProcess else { throw .failed(path: "", error) }
      }
    }
  }
}
