package import LinuxSystem

/// Says when the kernel has run out of memory for a cgroup, to an event loop.
package struct OutOfMemoryWatch: ~Copyable {
  /// Watch it for `readiness`.
  package let descriptor: OwnedDescriptor
  package let readiness: Readiness
  /// v1: the file whose disappearance raises the event too.
  private let file: String?
  private var count: UInt64

  /// - Returns: nil when no controller of the cgroup counts memory.
  package static func open(_ cgroup: CgroupDirectory) throws(CgroupError) -> OutOfMemoryWatch? {
    do throws(SystemError) {
      if let path = cgroup.path(of: "memory") {
        // memory.txt (cgroup-v1), "OOM Control": an eventfd, told of by one line.
        let event = try makeEventDescriptor()
        let control = try openFile("\(path)/memory.oom_control", .readOnly)
        try writeExistingFile("\(path)/cgroup.event_control", "\(event.raw) \(control.raw)")
        return OutOfMemoryWatch(event, .read, file: "\(path)/memory.oom_control", count: 0)
      } else if let path = cgroup.unifiedPath, fileExists("\(path)/memory.events") {
        // cgroup-v2.rst: a change of the file is an exceptional condition on it.
        let events = try openFile("\(path)/memory.events", .readOnly)
        let count = try kills(events)
        return OutOfMemoryWatch(events, .priority, file: nil, count: count)
      }
      return nil
    } catch { throw .failed(path: "", error) }
  }

  private init(_ descriptor: consuming OwnedDescriptor, _ readiness: Readiness, file: String?, count: UInt64)
  {
    self.descriptor = descriptor
    self.readiness = readiness
    self.file = file
    self.count = count
  }

  /// Takes the event.
  /// - Returns: whether memory ran out since the last time; the file may have changed for another reason.
  package mutating func takeEvent() throws(CgroupError) -> Bool {
    do throws(SystemError) {
      if let file {
        _ = try descriptor.readChunk(limit: 8)
        return fileExists(file)
      }
      let before = count
      count = try OutOfMemoryWatch.kills(descriptor)
      return count > before
    } catch {
      // The cgroup is gone.
      if error.code == ErrorCode.noDevice { return false }
      throw .failed(path: "", error)
    }
  }

  private static func kills(_ events: borrowing OwnedDescriptor) throws(SystemError) -> UInt64 {
    try rewind(events)
    let text = String(decoding: try events.readChunk(limit: 4096), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
    return line.flatMap { UInt64($0.dropFirst(9)) } ?? 0
  }
}
