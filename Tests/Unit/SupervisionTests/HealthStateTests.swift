import JSONDocument
import LinuxSystem
import Testing

@testable import Supervision

/// What checks make of a container's health.
struct HealthStateTests {
  private func result(_ code: Int32, _ output: String = "") -> HealthState.Result {
    HealthState.Result(
      start: Timestamp(seconds: 0), end: Timestamp(seconds: 1), exitCode: code, output: output)
  }

  private func state(_ codes: [Int32], retries: Int = 3, inStartPeriod: Bool = false) -> HealthState {
    var state = HealthState()
    for code in codes { state.take(result(code), retries: retries, inStartPeriod: inStartPeriod) }
    return state
  }

  @Test(
    arguments: [
      ([], .starting, 0), ([0], .healthy, 0), ([1, 1], .starting, 2), ([1, 1, 1], .unhealthy, 3),
      // Whatever is not 0 is a failure.
      ([2, -1, 137], .unhealthy, 3),
      ([1, 1, 0, 1, 1], .healthy, 2), ([1, 1, 1, 0], .healthy, 0), ([0, 1, 1, 1, 1], .unhealthy, 4),
    ] as [([Int32], HealthState.Status, Int)])
  func codesMakeAStatus(codes: [Int32], status: HealthState.Status, streak: Int) {
    let state = state(codes)
    #expect(state.status == status)
    #expect(state.failingStreak == streak)
  }

  @Test func inTheStartPeriodOnlySuccessCounts() {
    #expect(state([1, 1, 1, 1], inStartPeriod: true).status == .starting)
    #expect(state([1, 1, 1, 1], inStartPeriod: true).failingStreak == 0)
    // After the first success it is over.
    #expect(state([1, 0, 1, 1, 1], inStartPeriod: true).status == .unhealthy)
  }

  @Test func fiveAreRemembered() {
    #expect(state([1, 2, 3, 4, 5, 6, 7]).log.map(\.exitCode) == [3, 4, 5, 6, 7])
  }

  @Test func theDocumentIsDockers() {
    var state = HealthState()
    state.take(result(1, "a\"\n"), retries: 3, inStartPeriod: false)
    #expect(
      String(decoding: JSON.write(state.document), as: UTF8.self)
        == #"{"Status":"starting","FailingStreak":1,"Log":[{"Start":"1970-01-01T00:00:00.000000000Z","#
        + #""End":"1970-01-01T00:00:01.000000000Z","ExitCode":1,"Output":"a\"\n"}]}"#)
  }

  @Test func outputIsCut() {
    var output = HealthOutput()
    output.take([UInt8](repeating: 65, count: 4000)[...])
    output.take([UInt8](repeating: 66, count: 96)[...])
    #expect(output.text == String(repeating: "A", count: 4000) + String(repeating: "B", count: 96))
    output.take([67])
    #expect(output.text.hasSuffix("B..."))
    #expect(output.text.utf8.count == 4099)
  }

  @Test func aTimeoutSaysHowLong() {
    var output = HealthOutput()
    #expect(output.timedOut(afterMilliseconds: 30_000) == "Health check exceeded timeout (30s)")
    output.take([65])
    #expect(output.timedOut(afterMilliseconds: 500) == "Health check exceeded timeout (500ms): A")
  }

  @Test(
    arguments: [
      (0, "0s"), (1, "1ms"), (1000, "1s"), (1500, "1.5s"), (1001, "1.001s"), (60_000, "1m0s"),
      (90_000, "1m30s"), (3_600_000, "1h0m0s"), (5_400_250, "1h30m0.25s"),
    ] as [(Int64, String)])
  func timesAreWrittenAsGoDoes(milliseconds: Int64, text: String) {
    #expect(goDuration(milliseconds: milliseconds) == text)
  }
}
