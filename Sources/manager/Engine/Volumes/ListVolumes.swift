package import JSONDocument
internal import LinuxSystem
internal import Store

/// A volume as lists show it.
package struct ListedVolume: Sendable, Equatable {
  /// Its name.
  package let name: String
  /// `local`.
  package let driver: String
  /// Its directory, absolute.
  package let mountPoint: String
  /// Its labels; an anonymous one has docker's mark of that among them.
  package let labels: [String: String]
  /// The driver's options.
  package let options: [String: String]
  /// RFC 3339.
  package let createdAt: String
  /// Whether nobody gave it its name.
  package let isAnonymous: Bool
  /// Whether no container has it.
  package let isDangling: Bool
}

extension ContainerEngine {
  /// Every volume, by name.
  package func volumes() throws(EngineError) -> [ListedVolume] {
    let records = try attempt { () throws(StoreError) in try store.volumes() }
    let unused = Set(try attempt { () throws(StoreError) in try store.unusedVolumes() }.map(\.name))
    var listed: [ListedVolume] = []
    for record in records { listed.append(try list(record, isDangling: unused.contains(record.name))) }
    return listed
  }

  /// One volume by its name.
  /// - Throws: `.notFound`.
  package func volume(_ name: String) throws(EngineError) -> ListedVolume {
    let record = try attempt { () throws(StoreError) in try store.findVolume(name) }
    let users = try attempt { () throws(StoreError) in try store.containers(withVolume: name) }
    return try list(record, isDangling: users.isEmpty)
  }

  private func list(_ record: VolumeRecord, isDangling: Bool) throws(EngineError) -> ListedVolume {
    var labels = try texts(record.labels, "labels of volume \(record.name)")
    if record.isAnonymous { labels["com.docker.volume.anonymous"] = "" }
    return ListedVolume(
      name: record.name, driver: record.driver, mountPoint: paths.volumeData(record.name), labels: labels,
      options: try texts(record.options, "options of volume \(record.name)"),
      createdAt: record.createdAt.description, isAnonymous: record.isAnonymous, isDangling: isDangling)
  }

  /// A volume in the shape of docker's inspect (API 1.51, Volume).
  /// - Throws: `.notFound`.
  package func inspectVolume(_ name: String) throws(EngineError) -> JSONValue {
    let volume = try volume(name)
    return [
      "CreatedAt": .string(volume.createdAt),
      "Driver": .string(volume.driver),
      "Labels": volume.labels.isEmpty ? nil : map(volume.labels),
      "Mountpoint": .string(volume.mountPoint),
      "Name": .string(volume.name),
      "Options": volume.options.isEmpty ? nil : map(volume.options),
      "Scope": "local",
    ]
  }
}
