/// The environment a container's process is born with.
package enum ProcessEnvironment {
  /// What docker and runc search when the image says nothing.
  package static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// docker's order (moby, CreateDaemonEnvironment): PATH, HOSTNAME, TERM with a terminal, what the container's
  /// settings say, and at the end HOME from the user's entry unless something set it.
  ///
  /// - Parameter settings: each `NAME=value`; an entry without `=` takes the variable away.
  package static func compile(
    settings: [String], hostname: String, terminal: Bool, home: String
  ) -> [String] {
    var entries = ["PATH=\(defaultPath)", "HOSTNAME=\(hostname)"]
    if terminal { entries.append("TERM=xterm") }
    apply(settings, to: &entries)
    // An empty HOME counts as none, as runc has it.
    entries.removeAll { $0 == "HOME=" }
    if !entries.contains(where: { $0.hasPrefix("HOME=") }) { entries.append("HOME=\(home)") }
    return entries
  }

  /// Replaces, adds and takes away.
  package static func apply(_ changes: [String], to entries: inout [String]) {
    // A link to a container with ten thousand ports brings forty thousand variables.
    var places = firstPlaces(in: entries)
    for change in changes {
      let name = variableName(change)
      let place = places[name]
      switch (place, change.contains("=")) {
      case (let place?, true): entries[place] = change
      case (nil, true):
        places[name] = entries.count
        entries.append(change)
      case (let place?, false):
        entries.remove(at: place)
        places = firstPlaces(in: entries)
      case (nil, false): break
      }
    }
  }

  private static func firstPlaces(in entries: [String]) -> [Substring: Int] {
    Dictionary(
      entries.indices.map { (variableName(entries[$0]), $0) }, uniquingKeysWith: { first, _ in first })
  }
}
