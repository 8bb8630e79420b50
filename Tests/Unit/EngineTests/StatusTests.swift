import LinuxSystem
import ShimProtocol
import Testing

@testable import Engine

@Suite("What a container is doing, derived")
struct StatusTests {
  private static let start = Timestamp(seconds: 1000)
  private static let end = Timestamp(seconds: 1060)

  private static func record(_ status: ExitRecord.Status, _ code: Int32?) -> ExitRecord {
    ExitRecord(id: "x", status: status, exitCode: code, finishedAt: end)
  }

  private static var pausing: ExitRecord {
    var record = record(.exited, 1)
    record.restarting = true
    return record
  }

  @Test(
    arguments: [
      (.init(shimIsAlive: false), .created),
      (.init(shimIsAlive: true), .created),
      (.init(shimIsAlive: true, initPID: 7), .running(since: nil, pid: 7)),
      (.init(shimIsAlive: true, startedAt: start), .running(since: start, pid: nil)),
      (.init(shimIsAlive: true, initPID: 7, startedAt: start), .running(since: start, pid: 7)),
      (.init(shimIsAlive: true, initPID: 7, startedAt: start, isFrozen: true), .paused(since: start, pid: 7)),
      // The record is written before the shim goes.
      (.init(shimIsAlive: true, exit: record(.exited, 3), startedAt: start), .exited(code: 3, at: end)),
      (.init(shimIsAlive: false, exit: record(.exited, 137), startedAt: start), .exited(code: 137, at: end)),
      (.init(shimIsAlive: false, exit: record(.unknown, nil), startedAt: start), .exited(code: nil, at: end)),
      // A restart follows, as long as there is somebody to do it.
      (.init(shimIsAlive: true, exit: pausing, startedAt: start), .restarting(code: 1, at: end)),
      (.init(shimIsAlive: false, exit: pausing, startedAt: start), .exited(code: 1, at: end)),
      // A first start that failed is no run; a later one is.
      (.init(shimIsAlive: false, exit: record(.failed, 127)), .created),
      (.init(shimIsAlive: false, exit: record(.failed, 127), startedAt: start), .exited(code: 127, at: end)),
      // The shim was killed, or the machine went down.
      (.init(shimIsAlive: false, startedAt: start), .exited(code: nil, at: nil)),
      // The launcher was killed before it wrote that it started.
      (.init(shimIsAlive: false, exit: record(.exited, 0)), .exited(code: 0, at: end)),
    ] as [(ContainerStatus.Facts, ContainerStatus)])
  func factsMakeAStatus(_ facts: ContainerStatus.Facts, _ status: ContainerStatus) {
    #expect(ContainerStatus(facts) == status)
  }

  @Test(
    arguments: [
      (.created, "Created"),
      (.running(since: start, pid: 1), "Up About a minute"),
      (.paused(since: start, pid: 1), "Up About a minute (Paused)"),
      (.restarting(code: 1, at: end), "Restarting (1) 40 seconds ago"),
      (.exited(code: 0, at: end), "Exited (0) 40 seconds ago"),
      (.exited(code: nil, at: nil), "Exited (unknown)"),
    ] as [(ContainerStatus, String)])
  func itIsToldInDockersWords(_ status: ContainerStatus, _ words: String) {
    #expect(status.summary(now: Timestamp(seconds: 1100)) == words)
  }
}
