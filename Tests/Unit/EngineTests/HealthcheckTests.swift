import OCIImageSpec
import ShimProtocol
import Testing

@testable import Engine

@Suite("An image's health check, and what the flags make of it")
struct HealthcheckTests {
  private static let image = ImageConfiguration.Execution(
    cmd: ["sh"],
    healthcheck: Healthcheck(
      test: ["CMD", "/check", "-q"], interval: 5_000_000_000, startPeriod: 1_000_000_000, retries: 4),
    shell: ["/bin/ash", "-ec"])

  private func check(_ own: Healthcheck?, image: ImageConfiguration.Execution = image) throws -> Healthcheck?
  {
    try SettingsTests.settings(image) { $0.healthcheck = own }.healthcheck
  }

  @Test func theImagesHolds() throws {
    let check = try #require(try check(nil))
    #expect(check == Self.image.healthcheck)
    #expect(check.command(shell: []) == ["/check", "-q"])
    let settings = check.shimSettings(processFile: "/p")
    #expect(settings.intervalMilliseconds == 5000)
    #expect(settings.timeoutMilliseconds == 30_000)
    #expect(settings.startPeriodMilliseconds == 1000)
    #expect(settings.startIntervalMilliseconds == 5000)
    #expect(settings.retries == 4)
  }

  @Test func flagsWinOneByOne() throws {
    let merged = try #require(
      try check(Healthcheck(interval: 7_000_000, timeout: 8_000_000, startInterval: 9_000_000, retries: 1)))
    #expect(
      merged
        == Healthcheck(
          test: ["CMD", "/check", "-q"], interval: 7_000_000, timeout: 8_000_000,
          startPeriod: 1_000_000_000, startInterval: 9_000_000, retries: 1))
    let line = try #require(try check(Healthcheck(test: ["CMD-SHELL", "a | b"])))
    #expect(line.interval == 5_000_000_000)
    #expect(line.command(shell: []) == ["/bin/sh", "-c", "a | b"])
    #expect(line.command(shell: ["/bin/ash", "-ec"]) == ["/bin/ash", "-ec", "a | b"])
  }

  @Test func theImagesShellIsKept() throws {
    #expect(try SettingsTests.settings(Self.image).shell == ["/bin/ash", "-ec"])
  }

  @Test func noneTakesItAway() throws {
    #expect(try check(nil) == Self.image.healthcheck)
    #expect(try #require(try check(Healthcheck.disabled)).command(shell: []) == nil)
    #expect(try check(nil, image: .init(cmd: ["sh"])) == nil)
  }

  @Test(
    arguments: [
      (Healthcheck(test: ["CMD"]), "Healthcheck: no command to run"),
      (
        Healthcheck(test: ["SCRIPT", "x"]),
        "Healthcheck: unknown type SCRIPT: expected CMD, CMD-SHELL or NONE"
      ),
      (
        Healthcheck(test: ["CMD", "x"], interval: 999_999), "Interval in Healthcheck cannot be less than 1ms"
      ),
      (Healthcheck(interval: 5_000_000), "no health check to set: the image has none, so give --health-cmd"),
    ])
  func whatCannotBeIsRefused(own: Healthcheck, words: String) {
    #expect(throws: EngineError(.invalid, words)) { try check(own, image: .init(cmd: ["sh"])) }
  }

  @Test func settingsComeBackFromTheirJSONAndOldOnesAreRead() throws {
    let settings = try SettingsTests.settings(Self.image) { $0.restart = .onFailure(maximum: 3) }
    #expect(try ContainerSettings(json: settings.json, id: "x") == settings)
    let plain = try SettingsTests.settings()
    let old = plain.json.replacing(",\"restart\":\"no\",\"shell\":[]", with: "")
    #expect(old != plain.json)
    #expect(try ContainerSettings(json: old, id: "x") == plain)
  }

  @Test(
    arguments: [
      (.no, false, false), (.always, false, true), (.always, true, true), (.unlessStopped, false, true),
      (.unlessStopped, true, false), (.onFailure(maximum: 0), false, false),
    ] as [(RestartPolicy, Bool, Bool)])
  func aPolicyDecidesAtBoot(policy: RestartPolicy, stopped: Bool, starts: Bool) {
    #expect(policy.startsAtBoot(stoppedByUser: stopped) == starts)
  }
}
