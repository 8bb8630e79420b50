internal import JSONDocument
package import LinuxSystem
package import ShimProtocol

/// One entry of a container's log.
package struct LogEntry: Sendable, Equatable {
  /// What was written, with its line end; a line without one was longer than an entry holds, or not ended.
  package let text: [UInt8]
  /// Where it was written to.
  package let stream: OutputStream
  /// When the shim read it, as the log has it: RFC 3339.
  package let writtenTime: String
  /// What `--details` shows, by name: attributes that the log options asked for.
  package let attributes: [String: String]

  /// Makes an entry.
  package init(text: [UInt8], stream: OutputStream, writtenTime: String, attributes: [String: String] = [:]) {
    self.text = text
    self.stream = stream
    self.writtenTime = writtenTime
    self.attributes = attributes
  }

  /// When the shim read it; nil when the log does not say.
  package var time: Timestamp? { Timestamp(writtenTime) }
}

extension LogEntry {
  /// Reads one line of a json-file log, without its line end: `{"log":"…\n","stream":"stdout","time":"…"}`.
  /// - Returns: nil when it is no entry: a line that a killed shim has cut, which is passed over.
  package init?(jsonLine line: [UInt8]) {
    if let entry = Self.plain(line) {
      self = entry
      return
    }
    let value: JSONValue
    do throws(DocumentError) { value = try JSON.parse(line, file: "log") } catch { return nil }
    guard let text = value["log"]?.string, let stream = value["stream"]?.string,
      let time = value["time"]?.string, Timestamp(time) != nil
    else { return nil }
    var attributes: [String: String] = [:]
    for member in value["attrs"]?.object?.members ?? [] { attributes[member.key] = member.value.string ?? "" }
    self.init(
      text: Array(text.utf8), stream: stream == "stderr" ? .error : .output, writtenTime: time,
      attributes: attributes)
  }

  private static let head = Array("{\"log\":\"".utf8)
  private static let tails = [
    (OutputStream.output, Array(",\"stream\":\"stdout\",\"time\":\"".utf8)),
    (OutputStream.error, Array(",\"stream\":\"stderr\",\"time\":\"".utf8)),
  ]

  /// Most entries are as the shim writes them and have no escape but the line end: those need no document.
  private static func plain(_ line: [UInt8]) -> LogEntry? {
    guard line.starts(with: head), line.suffix(2) == Array("\"}".utf8)[...] else { return nil }
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    var text: [UInt8] = []
    guard var end = line[head.count...].firstIndex(where: { $0 == quote || $0 == backslash }) else {
      return nil
    }
    text.reserveCapacity(end - head.count + 1)
    text += line[head.count..<end]
    if line[end] == backslash {
      guard end + 2 < line.count, line[end + 1] == UInt8(ascii: "n"), line[end + 2] == quote else {
        return nil
      }
      text.append(UInt8(ascii: "\n"))
      end += 2
    }
    for (stream, tail) in tails where line[(end + 1)...].starts(with: tail) {
      let time = line[(end + 1 + tail.count)..<(line.count - 2)]
      guard !time.contains(quote) else { return nil }
      return LogEntry(text: text, stream: stream, writtenTime: String(decoding: time, as: UTF8.self))
    }
    return nil
  }

  /// Reads one line of a k8s-file log, without its line end: `TIME stdout F …`, with P where no line end followed.
  /// - Returns: nil when it is no entry.
  package init?(k8sLine line: [UInt8]) {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let (time, name) = (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
    let tag = String(decoding: parts[2], as: UTF8.self)
    guard name == "stdout" || name == "stderr", tag == "F" || tag == "P", Timestamp(time) != nil else {
      return nil
    }
    self.init(
      text: tag == "F" ? parts[3] + [UInt8(ascii: "\n")] : Array(parts[3]),
      stream: name == "stderr" ? .error : .output, writtenTime: time)
  }
}
