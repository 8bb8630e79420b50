import Foundation
import LinuxSystem
import Testing

@testable import ContainerInit

@Suite struct StartGateTests {
  private static func withDirectory(_ body: (String) throws -> Void) throws {
    // Longer than a socket's path may be (unix(7)): state roots may be, too.
    let path = "/tmp/apus-gate-\(hexadecimal(try randomBytes(8)))/" + String(repeating: "d", count: 120)
    defer { try? removeTree(splitPath(path).directory) }
    try makeDirectories(path)
    try body(path)
  }

  private static func listen(_ path: String) throws -> OwnedDescriptor {
    try listenOnSocket(StartGate.name, in: try openFile(path, [.path, .directory]), kind: .sequencedPacket)
  }

  // The kernel queues visitors, so one thread can play both sides in turn.
  @Test func whoLooksAndLeavesDoesNotStartAnything() throws {
    try StartGateTests.withDirectory { (path: String) throws in
      let gate = try StartGateTests.listen(path)
      #expect(try StartGate.position("\(path)/start") == .waiting)
      #expect(try StartGate.position("\(path)/start") == .waiting)
      let nonsense = try connectToSocket("\(path)/start", kind: .sequencedPacket)
      try sendRecord(nonsense, Array("start!".utf8))
      let wrong = try connectToSocket("\(path)/start", kind: .sequencedPacket)
      try InitRecord.ready.send(over: wrong)
      let starter = try connectToSocket("\(path)/start", kind: .sequencedPacket)
      try InitRecord.proceed.send(over: starter)
      let visitor = try StartGate.wait(at: gate)
      // Only the last one is let in.
      try InitRecord.failure(step: 7, code: 2).send(over: visitor)
      #expect(try InitRecord.receive(over: starter) == .failure(step: 7, code: 2))
      #expect(try InitRecord.receive(over: nonsense) == nil)
      #expect(try InitRecord.receive(over: wrong) == nil)
    }
  }

  @Test func theEndOfTheConnectionIsSuccess() throws {
    try StartGateTests.withDirectory { (path: String) throws in
      let gate = try StartGateTests.listen(path)
      let starter = try connectToSocket("\(path)/start", kind: .sequencedPacket)
      try InitRecord.proceed.send(over: starter)
      let visitor = try StartGate.wait(at: gate)
      _ = consume visitor
      #expect(try InitRecord.receive(over: starter) == nil)
    }
  }

  @Test func whenNobodyListensTheGateIsPassed() throws {
    try StartGateTests.withDirectory { (path: String) throws in
      #expect(try StartGate.position("\(path)/start") == .passed)
      let gate = try StartGateTests.listen(path)
      _ = consume gate
      #expect(try StartGate.position("\(path)/start") == .passed)
      let error = #expect(throws: SystemError.self) { try StartGate.open("\(path)/start") }
      #expect(error?.code == ErrorCode.connectionRefused)
    }
  }

  // The whole of it, with a thread of its own in the place of init: both ends wait for each other.
  @Test(arguments: [StartGate.Outcome.executed, .failed(step: 41, code: 13, output: nil)])
  func openTellsHowExecWent(_ outcome: StartGate.Outcome) throws {
    let path = "/tmp/apus-gate-\(hexadecimal(try randomBytes(8)))"
    defer { try? removeTree(path) }
    try makeDirectories(path)
    let number = try StartGateTests.listen(path).release()
    Thread.detachNewThread {
      do {
        let visitor = try StartGate.wait(at: OwnedDescriptor(owning: number))
        guard case .failed(let step, let code, _) = outcome else { return }
        try InitRecord.failure(step: step, code: code).send(over: visitor)
      } catch { Issue.record(error) }
    }
    #expect(try StartGate.open("\(path)/start") == outcome)
  }

  // A filter's listener: the number crosses, init waits for the word, and the program follows.
  @Test func openHandsTheListenerOn() throws {
    let path = "/tmp/apus-gate-\(hexadecimal(try randomBytes(8)))"
    defer { try? removeTree(path) }
    try makeDirectories(path)
    let number = try StartGateTests.listen(path).release()
    Thread.detachNewThread {
      do {
        let visitor = try StartGate.wait(at: OwnedDescriptor(owning: number))
        try InitRecord.listener(17).write(to: visitor)
        #expect(try InitRecord.read(from: visitor) == .proceed)
        try InitRecord.failure(step: 3, code: 13).send(over: visitor)
      } catch { Issue.record(error) }
    }
    var handed: [Int32] = []
    let outcome = try StartGate.open("\(path)/start") { handed.append($0) }
    #expect(handed == [17])
    #expect(outcome == .failed(step: 3, code: 13, output: nil))
  }
}
