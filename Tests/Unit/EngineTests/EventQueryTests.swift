import LinuxSystem
import ShimProtocol
import Testing

@testable import Engine

@Suite("Which events are wanted")
struct EventQueryTests {
  private static var event: Event {
    var event = Event(
      .container, "exec_create: sh", id: "abcdef",
      [.init("image", "team/web:1"), .init("name", "site"), .init("tier", "front")])
    event.time = Timestamp(seconds: 100)
    return event
  }

  @Test(
    arguments: [
      ("event", "exec_create", true), ("event", "exec", false), ("type", "container", true),
      ("type", "image", false), ("container", "abc", true), ("container", "site", true),
      ("container", "sit", true), ("container", "ite", false), ("image", "team/web:1", true),
      ("image", "team/web", true),
      ("image", "team", false), ("label", "tier", true), ("label", "tier=front", true),
      ("label", "tier=back", false), ("volume", "site", false), ("scope", "local", true),
    ])
  func filtersAreDockers(_ key: String, _ value: String, _ fits: Bool) {
    var query = EventQuery()
    query.filters = [(key, ["nothing", value])]
    #expect(query.fits(Self.event) == fits)
  }

  @Test func timesAreBothEnds() {
    var query = EventQuery()
    query.since = Timestamp(seconds: 100)
    query.until = Timestamp(seconds: 100)
    #expect(query.fits(Self.event))
    query.since = Timestamp(seconds: 101)
    #expect(!query.fits(Self.event))
    query.since = nil
    query.until = Timestamp(seconds: 99)
    #expect(!query.fits(Self.event))
  }
}
