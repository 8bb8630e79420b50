import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// A gibibyte from a container, without a log, to its launcher or to a client that came later.
@Suite("A gibibyte", .requiresRoot, .serialized) struct BulkTests {
  enum Reader: CaseIterable { case launcher, client }

  /// cksum(1) of all that is written to it.
  private final class Sum {
    private final class Pipe {
      let descriptor: OwnedDescriptor
      init(_ path: String) throws(SystemError) { descriptor = try openFile(path, .writeOnly) }
    }

    private let program: RunningProgram
    private var pipe: Pipe?

    init(_ f: Fixture, _ name: String) throws {
      let path = try f.path(name)
      try makeFIFO(path, mode: 0o600)
      program = try f.start("sh", ["-c", "exec cksum < \(path)"])
      pipe = try Pipe(path)
    }

    func add(_ bytes: [UInt8]) throws { try pipe?.descriptor.writeAll(bytes) }

    /// What it says when nothing more comes.
    func answer() throws -> String {
      pipe = nil
      return try program.wait().answer
    }
  }

  /// The sums of what a container writes with `script`, in which `/data` is 64 MiB.
  private func sums(
    _ f: Fixture, _ script: String, _ reader: Reader, terminal: Bool = false
  ) throws -> [String] {
    // On a terminal without the mapping of line ends, which is the terminal's and not the shim's.
    let begin = "\(terminal ? "stty -echo -opost; " : "")echo ready; read x"
    let bundle = try f.bundle(["sh", "-c", "\(begin); \(script)"]) {
      $0["process.terminal"] = .bool(terminal)
    }
    try f.shell("ln data \(bundle.rootfs)/data").succeeded()
    let shim = try ShimUnderTest(f, .ours, bundle)
    shim.command.keepsInput = true
    shim.command.log = nil
    let launcher = try shim.launch()
    try launcher.waitUntilStarted()
    try launcher.waitFor("ready\n")
    let peer = reader == .launcher ? launcher : try shim.attach([.input, .output, .error])
    if reader == .client { launcher.close() }
    let (out, err) = (try Sum(f, "out"), try Sum(f, "err"))
    peer.sink = { (stream, bytes) in try (stream == .output ? out : err).add(bytes) }
    try peer.send(.input([10]))
    #expect(try peer.waitUntilExited().exitCode == 0)
    return [try out.answer(), try err.answer()]
  }

  /// - Returns: the sum of so many times 64 MiB.
  private func data(_ f: Fixture, times: Int) throws -> String {
    let script = "head -c 67108864 /dev/urandom > data; for i in $(seq \(times)); do cat data; done | cksum"
    return try f.shell(script).succeeded().answer
  }

  private static let empty = "4294967295 0"

  @Test(arguments: Reader.allCases)
  func stdoutAlone(_ reader: Reader) async throws {
    try await Fixture.with { f in
      let sum = try data(f, times: 16)
      #expect(try sums(f, "for i in $(seq 16); do cat /data; done", reader) == [sum, Self.empty])
    }
  }

  @Test(arguments: Reader.allCases)
  func stderrAlone(_ reader: Reader) async throws {
    try await Fixture.with { f in
      let sum = try data(f, times: 16)
      #expect(try sums(f, "for i in $(seq 16); do cat /data; done >&2", reader) == [Self.empty, sum])
    }
  }

  @Test(arguments: Reader.allCases)
  func bothAtOnce(_ reader: Reader) async throws {
    try await Fixture.with { f in
      let sum = try data(f, times: 8)
      let script = "for i in $(seq 8); do cat /data; done & for i in $(seq 8); do cat /data; done >&2; wait"
      #expect(try sums(f, script, reader) == [sum, sum])
    }
  }

  @Test(arguments: Reader.allCases)
  func aTerminal(_ reader: Reader) async throws {
    try await Fixture.with { f in
      let sum = try data(f, times: 16)
      let script = "for i in $(seq 16); do cat /data; done"
      #expect(try sums(f, script, reader, terminal: true) == [sum, Self.empty])
    }
  }
}
