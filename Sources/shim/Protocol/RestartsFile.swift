internal import JSONDocument
package import LinuxSystem

/// `restarts.json` in the run directory: there from the first restart on, so that what a container's run is can be told
/// while it lasts, and is not lost with the shim (spec/shim-protocol.md, Restarts).
package struct RestartsFile: Sendable, Equatable {
  /// How often the shim has started the container again.
  package var count: Int
  /// When the run under way began.
  package var startedAt: Timestamp

  package init(count: Int, startedAt: Timestamp) {
    self.count = count
    self.startedAt = startedAt
  }

  /// Writes it by rename; it need not survive a power cut, since the run directory does not.
  package func write(_ path: String) throws(SystemError) {
    let document: JSONValue = [
      "version": 1, "count": .integer(Int64(count)), "startedAt": .string(startedAt.description),
    ]
    try writeAtomically(path, JSON.write(document), durable: false)
  }

  /// Reads it.
  /// - Returns: nil when there is none, or none that this program reads: then there is no restart to tell of.
  package static func read(_ path: String) throws(SystemError) -> RestartsFile? {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile(path, limit: 4096) } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw error
    }
    return parse(bytes, path)
  }

  /// The same below an open directory.
  package static func read(
    _ path: String, in directory: borrowing OwnedDescriptor
  ) throws(SystemError) -> RestartsFile? {
    guard let bytes = try readFileIfThere(path, in: directory, limit: 4096) else { return nil }
    return parse(bytes, path)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) -> RestartsFile? {
    let document: JSONValue
    do throws(DocumentError) { document = try JSON.parse(bytes, file: path) } catch { return nil }
    guard document["version"]?.integer(as: Int.self) == 1,
      let count = document["count"]?.integer(as: Int.self),
      let startedAt = document["startedAt"]?.string.flatMap(Timestamp.init)
    else { return nil }
    return RestartsFile(count: count, startedAt: startedAt)
  }
}
