/// What conmon writes on its sync and attach pipes: `{"pid": N}`, `{"exit_code": N}` or, in the newer form, `{"data": N}`,
/// with a message where there is one (conmon, `parent_pipe_fd.c`).
struct ConmonReport {
  /// What the number is called.
  let key: String

  init(_ options: ConmonOptions) {
    key = options.hasNewAPI ? "data" : options.execProcess != nil ? "exit_code" : "pid"
  }

  /// One line.
  func line(_ number: Int32, _ message: String? = nil) -> [UInt8] {
    var bytes = Array("{\"\(key)\": \(number)".utf8)
    if let message {
      bytes += Array(", \"message\": \"".utf8)
      UTF8Text.appendEscaped(Array(message.utf8)[...], to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
    return bytes + Array("}\n".utf8)
  }
}
