internal import LinuxSystem
internal import ShimProtocol

/// The stdio of one process in the container: what the runtime is born with and passes on, and our ends of it.
final class ProcessStreams {
  /// What the process gets.
  enum Kind: Sendable, Equatable {
    case terminal
    /// Separate pipes; without `input` its stdin is /dev/null.
    case pipes(input: Bool)
    /// The same, with FIFOs in the run directory for its output, which outlive the shim.
    case container(input: Bool)
    /// What another shim's container writes into its FIFOs; there is no input any more.
    case adopted
    /// The shim's own, which it holds until then for nothing else; without `input` its stdin is /dev/null.
    case inherited(input: Bool)
    /// /dev/null for everything.
    case none
  }

  /// Output that came before the process is known to run is the runtime's or a hook's; it waits up to this size, since
  /// a runtime that fails says so here too. More than that is output, whoever wrote it.
  private static let heldLimit = 64 * 1024

  private let reactor: Reactor
  private let deliver: (OutputStream, [UInt8]) throws(SystemError) -> Void
  private let hasRoom: () throws(SystemError) -> Void
  private var outputs: [OutputPipe] = []
  /// The input, while somebody may write; nil without one, and before the terminal is there.
  private var input: InputPipe?
  private var inputBeforeTerminal: [[UInt8]] = []
  private var console: ConsoleSocket?
  private var terminal: OpenDescriptor?
  private var windowSize: WindowSize?
  private var childEnds: [OpenDescriptor] = []
  private var holdsOwn = false
  private var isHeld = true
  private var isPaused = false
  private var isDiscarding = false
  private var held: [(stream: OutputStream, record: [UInt8])] = []
  private var heldBytes = 0

  /// What the runtime is born with, for `SpawnPlan.descriptors`. Empty after `runtimeStarted`.
  private(set) var descriptors: [(Int32, Int32)] = []
  /// What the runtime is told.
  private(set) var runtimeOptions: [String] = []

  /// Makes pipes or a console socket (`consoleName` in `directory`).
  /// - Parameters:
  ///   - deliver: gets output records.
  ///   - hasRoom: called when `isInputFull` is over.
  init(
    _ kind: Kind, consoleName: String, in directory: String, windowSize: WindowSize?, _ reactor: Reactor,
    deliver: @escaping (OutputStream, [UInt8]) throws(SystemError) -> Void,
    hasRoom: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) {
    self.reactor = reactor
    self.deliver = deliver
    self.hasRoom = hasRoom
    self.windowSize = windowSize
    switch kind {
    case .none: try makeNothing()
    case .inherited(let withInput): try passOwn(withInput)
    case .pipes(let withInput):
      if withInput { try makeInput() }
      for stream in OutputStream.allCases { try makeOutput(stream, try makePipe()) }
    case .container(let withInput):
      if withInput { try makeInput() }
      for stream in OutputStream.allCases { try makeOutput(stream, try Self.makeFIFO(stream, in: directory)) }
    case .adopted:
      for stream in OutputStream.allCases { try adoptOutput(stream, in: directory) }
      isHeld = false
    case .terminal:
      let console = try ConsoleSocket(consoleName, in: directory, reactor) {
        [weak self] (master) throws(SystemError) in
        try self?.adopt(master)
      }
      self.console = console
      runtimeOptions = ["--console-socket", console.path]
    }
  }

  private func makeNothing() throws(SystemError) {
    let null = OpenDescriptor(try openFile("/dev/null", .readWrite))
    childEnds.append(null)
    descriptors = (0...2).map { ($0, null.descriptor.raw) }
  }

  private func passOwn(_ withInput: Bool) throws(SystemError) {
    holdsOwn = true
    descriptors = [StandardDescriptor.output, .error].map { ($0.rawValue, $0.rawValue) }
    if withInput {
      descriptors.append((StandardDescriptor.input.rawValue, StandardDescriptor.input.rawValue))
    }
  }

  /// What belongs to the process must end with it, and not with the shim.
  private func letGoOfOwn() throws(SystemError) {
    guard holdsOwn else { return }
    holdsOwn = false
    let null = try openFile("/dev/null", .readWrite)
    for number: Int32 in 0...2 { try duplicate(null, onto: number) }
  }

  private func makeInput() throws(SystemError) {
    let pipe = try makePipe()
    let child = OpenDescriptor(pipe.first)
    input = try InputPipe(pipe.second, isTerminal: false, reactor, hasRoom: hasRoom)
    childEnds.append(child)
    descriptors.append((StandardDescriptor.input.rawValue, child.descriptor.raw))
  }

  /// The end inside is open for reading too: when the shim is killed nobody gets SIGPIPE, and what is written waits in
  /// the FIFO for the next one (spec/shim-protocol.md, Adoption).
  private static func makeFIFO(
    _ stream: OutputStream, in directory: String
  ) throws(SystemError) -> DescriptorPair {
    let path = ShimPaths(directory: directory).output(stream)
    // Of an earlier run: what is left in it was that run's.
    try removeFileIfThere(path)
    try LinuxSystem.makeFIFO(path, mode: 0o600)
    // Non-blocking, or the reader would wait for the writer that comes next.
    let reader = try openFile(path, [.readOnly, .nonBlocking])
    return DescriptorPair(first: reader, second: try openFile(path, .readWrite))
  }

  /// A container with a terminal has no FIFOs, and its terminal is gone.
  private func adoptOutput(_ stream: OutputStream, in directory: String) throws(SystemError) {
    let path = ShimPaths(directory: directory).output(stream)
    guard fileExists(path) else { return }
    let reader = try openFile(path, [.readOnly, .nonBlocking])
    outputs.append(try OutputPipe(reader, stream, isTerminal: false, reactor, deliver: received))
  }

  private func makeOutput(
    _ stream: OutputStream, _ pipe: consuming DescriptorPair
  ) throws(SystemError) {
    let child = OpenDescriptor(pipe.second)
    outputs.append(try OutputPipe(pipe.first, stream, isTerminal: false, reactor, deliver: received))
    childEnds.append(child)
    let number: StandardDescriptor = stream == .output ? .output : .error
    descriptors.append((number.rawValue, child.descriptor.raw))
  }

  private func adopt(_ master: consuming OwnedDescriptor) throws(SystemError) {
    // Two numbers for one open file, since reading and writing wait on their own.
    let writing = try InputPipe(try master.duplicate(), isTerminal: true, reactor, hasRoom: hasRoom)
    let sizing = OpenDescriptor(try master.duplicate())
    let reading = try OutputPipe(master, .output, isTerminal: true, reactor, deliver: received)
    try reading.setPaused(isPaused)
    outputs = [reading]
    input = writing
    terminal = sizing
    if let windowSize { try setWindowSize(sizing.descriptor, windowSize) }
    for bytes in inputBeforeTerminal { try writing.write(bytes) }
    inputBeforeTerminal = []
  }
}

/// A descriptor with one owner among several who refer to it.
final class OpenDescriptor {
  let descriptor: OwnedDescriptor
  init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
}

extension ProcessStreams {
  /// The runtime has been started with `descriptors`; closes our copies, or no pipe would ever end.
  func runtimeStarted() throws(SystemError) {
    childEnds = []
    descriptors = []
    try letGoOfOwn()
  }

  /// The runtime says that it made the process.
  /// - Throws: `SystemError` when it did not deliver the terminal it was asked for.
  func runtimeSucceeded() throws(SystemError) {
    guard let console else { return }
    try console.acceptMaster()
    guard terminal != nil else {
      throw SystemError("receive", code: ErrorCode.noEntry, subject: "the terminal from the runtime")
    }
    self.console = nil
  }

  /// The process runs: what has been held back goes on its way, and everything after it at once.
  func release() throws(SystemError) {
    guard isHeld else { return }
    isHeld = false
    let records = isDiscarding ? [] : held
    held = []
    for (stream, record) in records { try deliver(stream, record) }
  }

  /// The last words on stderr of a runtime that failed; nothing of it is delivered.
  func takeRuntimeWords() throws(SystemError) -> String {
    for output in outputs where !output.hasEnded { try output.finish() }
    let bytes = held.filter { $0.stream == .error }.flatMap { $0.record.dropFirst(MessageFormat.headerSize) }
    held = []
    return String(decoding: bytes.suffix(4096), as: UTF8.self)
  }

  /// Holds the process back, or lets it go on.
  func setPaused(_ paused: Bool) throws(SystemError) {
    isPaused = paused
    for output in outputs { try output.setPaused(paused) }
  }

  /// The process has ended: delivers what the kernel still has of its output and closes everything.
  /// - Parameter discarding: whether nothing is delivered, since the process never ran.
  func finish(discarding: Bool = false) throws(SystemError) {
    if discarding { isDiscarding = true }
    try release()
    for output in outputs { try output.finish() }
    try input?.close()
    try console?.close()
    try letGoOfOwn()
    outputs = []
    input = nil
    console = nil
    terminal = nil
  }

  private func received(_ stream: OutputStream, _ record: [UInt8]) throws(SystemError) {
    guard !isDiscarding else { return }
    guard isHeld else { return try deliver(stream, record) }
    held.append((stream, Array(record)))
    heldBytes += record.count
    if heldBytes > Self.heldLimit { try release() }
  }

  /// Whether whoever sends input should wait.
  var isInputFull: Bool { input?.isFull ?? false }

  /// Passes input on; without an input it goes nowhere.
  func write(_ bytes: [UInt8]) throws(SystemError) {
    if let input { try input.write(bytes) } else if console != nil { inputBeforeTerminal.append(bytes) }
  }

  /// No more input will come.
  func endInput() throws(SystemError) { try input?.end() }

  /// Gives the terminal a size, now or when it is there.
  func resize(_ size: WindowSize) throws(SystemError) {
    windowSize = size
    if let terminal { try setWindowSize(terminal.descriptor, size) }
  }
}
