import LinuxSystem
import Testing

@testable import Netlink

/// A network namespace of a test's own: nothing leaves it, and it is gone with the last who looks at it.
struct TestNamespace: ~Copyable {
  let descriptor: OwnedDescriptor

  init() throws {
    descriptor = OwnedDescriptor(owning: try Self.make())
  }

  private static func make() throws -> Int32 {
    let own = try openFile("/proc/thread-self/ns/net", .readOnly)
    try unshare(.newNetwork)
    let new = try openFile("/proc/thread-self/ns/net", .readOnly)
    try joinNamespace(own, kind: .newNetwork)
    var routes = try NetlinkSocket(.routes, in: new)
    let loopback = try #require(try routes.link(named: "lo"))
    try routes.set(LinkChange(up: true), of: loopback)
    return new.release()
  }

  /// Runs `body` on this thread, in the namespace.
  borrowing func inside<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    let own = try openFile("/proc/thread-self/ns/net", .readOnly)
    try joinNamespace(descriptor, kind: .newNetwork)
    defer { #expect(throws: Never.self) { try joinNamespace(own, kind: .newNetwork) } }
    return try body()
  }

  borrowing func routes() throws -> NetlinkSocket { try NetlinkSocket(.routes, in: descriptor) }
  borrowing func rules() throws -> NetlinkSocket { try NetlinkSocket(.netfilter, in: descriptor) }

  /// What a program says that runs in the namespace.
  borrowing func output(_ program: String, _ arguments: [String]) throws -> String {
    try inside {
      let path = try #require(Environment.findProgram(program, path: "/usr/sbin:/usr/bin:/sbin:/bin"))
      let pipe = try makePipe()
      let (reading, writing) = (pipe.first.raw, pipe.second.raw)
      var plan = SpawnPlan(path, arguments)
      plan.descriptors = [(1, writing), (2, writing)]
      let process = try spawn(plan)
      return try Self.finish(pipe, process, reading)
    }
  }

  private static func finish(_ pipe: consuming DescriptorPair, _ process: borrowing ProcessHandle, _: Int32)
    throws -> String
  {
    let reading = pipe.first
    do { _ = consume pipe.second }
    let bytes = try reading.readAll()
    _ = try process.wait()
    return String(decoding: bytes, as: UTF8.self)
  }
}
