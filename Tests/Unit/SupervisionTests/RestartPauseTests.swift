import Testing

@testable import Supervision

/// How long a container waits until it is started again.
struct RestartPauseTests {
  @Test func itDoublesUpToAMinute() {
    var pause = RestartPause()
    let pauses = (0..<12).map { _ in pause.next(afterRunOf: 0.5) }
    let expected = [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000]
    #expect(pauses == expected.map { .milliseconds($0) })
  }

  @Test func aLongRunIsANewBeginning() {
    var pause = RestartPause()
    for _ in 0..<5 { _ = pause.next(afterRunOf: 9.9) }
    #expect(pause.next(afterRunOf: 9.9) == .milliseconds(3200))
    #expect(pause.next(afterRunOf: 10) == .milliseconds(100))
    #expect(pause.next(afterRunOf: 0) == .milliseconds(200))
  }
}
