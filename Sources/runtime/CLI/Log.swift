internal import JSONDocument
internal import LinuxSystem

/// The log that callers read: runc's shape, one record a line, the last one with level `error` being the reason of a
/// failure (containerd's go-runc, conmon).
struct Log: Sendable {
  enum Level: String { case warning, error }

  /// `--log`; nil is standard error.
  var path: String?
  /// `--debug`: warnings go to standard error too. Without it a foreground container's stderr stays its own.
  var isVerbose = false
  /// `--log-format`.
  var isJSON = false

  /// Writes a record. An error goes to standard error as well, for the person who ran us by hand.
  func write(_ level: Level, _ message: String) {
    if level != .error, path == nil, !isVerbose { return }
    let line = message.split(separator: "\n").joined(separator: " ")
    if level == .error || isVerbose { StandardDescriptor.error.print(plain(level, line)) }
    guard let path else { return }
    do throws(SystemError) {
      let file = try openFile(path, [.writeOnly, .create, .append], mode: 0o644)
      try file.writeAll(record(level, line) + "\n")
    } catch {
      StandardDescriptor.error.print("log \(path): \(error)\n")
    }
  }

  private func plain(_ level: Level, _ message: String) -> String {
    level == .error ? "apus-runtime: \(message)\n" : "apus-runtime: \(level.rawValue): \(message)\n"
  }

  private func record(_ level: Level, _ message: String) -> String {
    let time = Timestamp.now().description
    let members: [(String, String)] = [("level", level.rawValue), ("msg", message), ("time", time)]
    if isJSON {
      return "{" + members.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}"
    }
    return "time=\(quoted(time)) level=\(level.rawValue) msg=\(quoted(message))"
  }

  private func quoted(_ text: String) -> String {
    String(decoding: JSON.write(.string(text)), as: UTF8.self)
  }
}
