internal import LinuxSystem
internal import ShimProtocol

/// How an entry of a log file looks. Either way it is one line, and text that no line end followed can be told.
enum LogFormat {
  /// docker's json-file: `{"log":"…\n","stream":"stdout","time":"…"}` (moby, daemon/logger/jsonfilelog/jsonlog);
  /// with attributes `"attrs":{"NAME":"VALUE"}` comes before the time.
  case json(attributes: [LogOptions.Field])
  /// Kubernetes' container runtime interface: `TIME stdout F …`, with P for what a longer line or no line end follows
  /// (its kubelet-cri-logging design).
  case k8s
  /// The same as conmon writes it, whose times are the local clock's, with its offset and never with Z.
  case conmon

  /// A moment as it stands in such a file.
  func time(_ moment: Timestamp) -> [UInt8] {
    switch self {
    case .json, .k8s: moment.ascii
    case .conmon: moment.localASCII
    }
  }
}

/// Renders the entries of one stream.
struct EntryRenderer {
  private let isJSON: Bool
  private let head: [UInt8]
  private let tail: [UInt8]

  init(_ format: LogFormat, _ stream: OutputStream) {
    let name = stream == .output ? "stdout" : "stderr"
    switch format {
    case .json(let attributes):
      isJSON = true
      head = Array("{\"log\":\"".utf8)
      tail = Array("\",\"stream\":\"\(name)\",".utf8) + Self.member(attributes) + Array("\"time\":\"".utf8)
    case .k8s, .conmon:
      isJSON = false
      head = Array(" \(name) ".utf8)
      tail = []
    }
  }

  private static func member(_ attributes: [LogOptions.Field]) -> [UInt8] {
    guard !attributes.isEmpty else { return [] }
    var text = Array("\"attrs\":{".utf8)
    for (index, field) in attributes.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      for (part, end) in [(field.name, "\":"), (field.value, "\"")] {
        text.append(UInt8(ascii: "\""))
        UTF8Text.appendEscaped(Array(part.utf8)[...], to: &text)
        text += Array(end.utf8)
      }
    }
    return text + Array("},".utf8)
  }

  /// Appends one entry.
  /// - Parameters:
  ///   - isEnded: whether a line end followed the text.
  ///   - time: RFC 3339 in ASCII.
  func append(_ text: ArraySlice<UInt8>, isEnded: Bool, time: [UInt8], to entries: inout [UInt8]) {
    if isJSON {
      entries += head
      UTF8Text.appendEscaped(text, to: &entries)
      if isEnded {
        entries.append(UInt8(ascii: "\\"))
        entries.append(UInt8(ascii: "n"))
      }
      entries += tail
      entries += time
      entries.append(UInt8(ascii: "\""))
      entries.append(UInt8(ascii: "}"))
    } else {
      entries += time
      entries += head
      entries.append(isEnded ? UInt8(ascii: "F") : UInt8(ascii: "P"))
      entries.append(UInt8(ascii: " "))
      entries += text
    }
    entries.append(UInt8(ascii: "\n"))
  }
}
