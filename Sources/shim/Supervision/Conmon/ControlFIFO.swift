internal import LinuxSystem

/// A FIFO in the bundle into which a conmon's caller writes lines of decimal numbers: `ctl`, and `winsz`.
final class ControlFIFO: EventHandler {
  /// No line of the protocol is longer.
  private static let longest = 200

  private let source: EventSource
  private var line: [UInt8] = []
  private let received: ([Int]) throws(SystemError) -> Void

  /// Makes the FIFO in place of an older one; `received` gets the numbers of each line, and a line of anything else
  /// goes nowhere: whoever may write here is trusted, and there is nobody to tell.
  init(
    _ path: String, _ reactor: Reactor, received: @escaping ([Int]) throws(SystemError) -> Void
  ) throws(SystemError) {
    self.received = received
    try removeFileIfThere(path)
    try makeFIFO(path, mode: 0o660)
    // For writing too: without a writer it would be at its end all the time.
    source = try EventSource(try openFile(path, [.readWrite, .nonBlocking]), reactor)
    try source.watch(.read, self)
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    for byte in try source.descriptor.readChunk(limit: 4096) {
      if byte != UInt8(ascii: "\n") {
        if line.count <= Self.longest { line.append(byte) }
        continue
      }
      let numbers = Self.numbers(line)
      line = []
      if let numbers { try received(numbers) }
    }
  }

  /// The numbers of a line; nil when something else is in it.
  static func numbers(_ line: [UInt8]) -> [Int]? {
    guard line.count <= longest else { return nil }
    var numbers: [Int] = []
    for word in line.split(separator: UInt8(ascii: " ")) {
      guard let number = Int(String(decoding: word, as: UTF8.self)) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// Ends it; the file stays.
  func close() throws(SystemError) { try source.ignore() }
}
