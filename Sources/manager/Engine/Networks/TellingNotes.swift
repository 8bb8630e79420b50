internal import LinuxSystem
internal import Store

// Who leaves a network, or joins one, changes rows first and tells the neighbours' hosts files then. That there is
// something to be told is noted before the first of it, so that whoever comes after a killed command tells it.

extension ContainerEngine {
  private var tellings: String { paths.networks + "/telling" }

  /// Notes that a container's neighbours on these bridges are about to be told of it. The caller holds its lock, or the
  /// container is gone. Where nobody has a name there is nothing to note: links have notes of their own (OpenLinks.swift).
  func noteTelling(_ id: String, _ bridges: Set<String>) throws(EngineError) {
    guard try hasNames(onBridges: bridges) else { return }
    try attempt("write hosts") { () throws(SystemError) in
      try makeDirectories(tellings, mode: 0o700)
      try writeAtomically(
        "\(tellings)/\(id)", Array(bridges.sorted().joined(separator: " ").utf8), durable: false)
    }
  }

  /// They were told.
  func forgetTelling(_ id: String) throws(EngineError) {
    try attempt("write hosts") { () throws(SystemError) in
      try removeFileIfThere("\(tellings)/\(id)")
    }
  }

  /// Tells neighbours what killed commands did not come to tell.
  func finishTelling(_ known: Set<String>) throws(EngineError) {
    guard fileExists(tellings) else { return }
    let ids = try attempt("write hosts") { () throws(SystemError) in try listDirectory(tellings) }
    for id in ids where !id.hasPrefix(".") {
      if known.contains(id) {
        guard let lock = try freeLock(paths.containerDirectory(id)) else { continue }
        try tell(id)
        _ = consume lock
      } else if !fileExists(paths.containerDirectory(id)) {
        try tell(id)
      }
    }
  }

  private func tell(_ id: String) throws(EngineError) {
    let text: String
    do throws(SystemError) {
      text = String(decoding: try readFile("\(tellings)/\(id)", limit: 1 << 16), as: UTF8.self)
    } catch {
      // Somebody else has done it.
      guard error.code == ErrorCode.noEntry else { throw EngineError("write hosts", error) }
      return
    }
    try announceNames(onBridges: Set(text.split(separator: " ").map(String.init)), also: [id])
    try forgetTelling(id)
  }
}
