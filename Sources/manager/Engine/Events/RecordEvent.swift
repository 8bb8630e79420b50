package import ShimProtocol
package import Store

// Telling what happened (decisions/0015). What a container's shim sees it tells itself: `start`, `die`, `oom`,
// `exec_die`, `health_status`.

extension ContainerEngine {
  /// Where events are written.
  package var journal: EventJournal { EventJournal(runRoot: paths.runRoot) }

  /// Tells of something that happened, once, when it has. It cannot fail: what happened has happened.
  func record(_ event: Event) { journal.record(event) }

  /// Tells of something that happened to a container.
  /// - Parameters:
  ///   - settings: for the labels; nil looks them up.
  ///   - more: what the event says beside the container's own attributes.
  func record(
    _ action: String, _ container: ContainerRecord, _ settings: ContainerSettings? = nil,
    _ more: [Event.Attribute] = []
  ) {
    var known = settings
    if known == nil {
      do throws(EngineError) { known = try self.settings(of: container) } catch
      { /* It has no labels to tell. */  }
    }
    var attributes = Event.attributes(of: container, known)
    // A label may be called as one of ours: ours counts.
    for attribute in more { attributes.removeAll { $0.name == attribute.name } }
    record(Event(.container, action, id: container.id, attributes + more))
  }

  /// Tells what somebody who was attached to a container has done: `detach`, `resize`, `exec_detach`.
  package func recordAttached(_ action: String, _ container: ContainerRecord, _ more: [(String, String)] = [])
  {
    record(action, container, nil, more.map { Event.Attribute($0.0, $0.1) })
  }
}

extension ContainerEngine {
  /// Tells of several things that happened to a container at once.
  func record(_ actions: [String], _ container: ContainerRecord, _ settings: ContainerSettings) {
    let attributes = Event.attributes(of: container, settings)
    journal.record(actions.map { Event(.container, $0, id: container.id, attributes) })
  }
}

extension Event {
  /// What every event of a container says: its image, its name, its labels.
  static func attributes(of container: ContainerRecord, _ settings: ContainerSettings?) -> [Attribute] {
    var attributes: [Attribute] = []
    for (name, value) in settings?.labels ?? [:] where name != "image" && name != "name" {
      attributes.append(Attribute(name, value))
    }
    return attributes + [Attribute("image", container.imageReference), Attribute("name", container.name)]
  }

  /// An event of an image: `import`, `load`, `save`, `tag`, `untag`, `delete`.
  /// - Parameter name: as the user named it; the id where there is no name.
  static func image(_ action: String, id: String, name: String, labels: [String: String]) -> Event {
    let labels = labels.filter { $0.key != "name" }.map { Attribute($0.key, $0.value) }
    return Event(.image, action, id: id, labels + [Attribute("name", name)])
  }

  /// An event of a volume: `create`, `mount`, `unmount`, `destroy`.
  static func volume(_ action: String, _ name: String, _ more: [Attribute] = []) -> Event {
    Event(.volume, action, id: name, [Attribute("driver", "local")] + more)
  }

  /// What `prune` has done to things of one kind.
  static func prune(_ subject: Subject, reclaimedBytes: Int64) -> Event {
    Event(subject, "prune", id: "", [Attribute("reclaimed", "\(reclaimedBytes)")])
  }
}
