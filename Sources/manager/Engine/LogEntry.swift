internal import JSONDocument
package import LinuxSystem
package import ShimProtocol

/// One line of a container's log, in docker's json-file form: `{"log":"…\n","stream":"stdout","time":"…"}`.
package struct LogEntry: Sendable, Equatable {
  /// What was written, with its line end; a line without one was longer than a record holds, or not ended.
  package let text: String
  /// Where it was written to.
  package let stream: OutputStream
  /// When the shim read it.
  package let time: Timestamp

  /// Makes an entry.
  package init(text: String, stream: OutputStream, time: Timestamp) {
    self.text = text
    self.stream = stream
    self.time = time
  }

  /// Reads one line of the file, without its line end.
  /// - Returns: nil when it is no entry: a line that a full disk has cut, which is passed over.
  package init?(line: [UInt8]) {
    let value: JSONValue
    do throws(DocumentError) { value = try JSON.parse(line, file: "log") } catch { return nil }
    guard let text = value["log"]?.string, let stream = value["stream"]?.string,
      let time = value["time"]?.string.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(text: text, stream: stream == "stderr" ? .error : .output, time: time)
  }
}
