internal import LinuxSystem
internal import ShimProtocol

// What only the shim sees, told in the journal of events (spec/shim-protocol.md, Events).

extension ShimContext {
  /// Writes an event of the container, when somebody wants them.
  /// - Parameter more: what this event says beside the container's own attributes.
  func tell(_ action: String, _ more: [Event.Attribute] = []) {
    guard let path = command.events else { return }
    var attributes = command.eventAttributes
    // Only a container that was renamed has the file.
    do throws(SystemError) {
      let name = try readText(paths.name)
      attributes.removeAll { $0.name == "name" }
      attributes.append(Event.Attribute("name", name))
    } catch { /* The name that the command line has. */  }
    // A label may be called as one of ours: ours counts.
    for attribute in more { attributes.removeAll { $0.name == attribute.name } }
    EventJournal(path: path).record(Event(.container, action, id: command.id, attributes + more))
  }

  /// Writes that a run has ended, and before it, that memory was wanting, unless that was told when it happened.
  func tell(endOf record: ExitRecord, hasToldOfMemory: Bool) {
    if record.oomKilled, !hasToldOfMemory { tell("oom") }
    var more = [Event.Attribute("exitCode", "\(record.exitCode ?? -1)")]
    if let start = record.startedAt {
      more.append(Event.Attribute("execDuration", "\(max(0, record.finishedAt.seconds - start.seconds))"))
    }
    tell("die", more)
  }
}
