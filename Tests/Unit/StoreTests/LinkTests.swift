import LinuxSystem
import Testing

@testable import Store

@Suite("Links in the store")
struct LinkTests {
  let fixture: StoreFixture
  let image: ImageRecord
  var store: Store { fixture.store }

  init() throws {
    fixture = try StoreFixture()
    image = try fixture.storedImage()
    for (start, name) in [("1", "db"), ("2", "cache")] { try insert(start, name) }
    try insert(
      "3", "web",
      [
        WantedLink(alias: "store", sourceID: StoreFixture.id("1")),
        .init(alias: "c", sourceID: StoreFixture.id("2")),
      ])
  }

  private func insert(_ start: String, _ name: String, _ links: [WantedLink] = []) throws {
    try store.insertContainer(StoreFixture.container(start, name: name, image: image), links: links)
  }

  @Test func theyComeBackInTheirOrderByTheNamesOfNow() throws {
    #expect(try store.links(ofRecipient: StoreFixture.id("3")).map(\.name) == ["web/store", "web/c"])
    try store.setName(StoreFixture.id("1"), "base")
    try store.setName(StoreFixture.id("3"), "site")
    let links = try store.links()
    #expect(links.map(\.name) == ["site/store", "site/c"])
    #expect(links.map(\.source.name) == ["base", "cache"])
    #expect(try store.links(ofRecipient: StoreFixture.id("1")) == [])
    #expect(try store.hasLinks())
  }

  @Test(arguments: ["web/store", "/web/store"])
  func aLinksNameIsTheSources(_ name: String) throws {
    #expect(try store.findContainer(name).name == "db")
    #expect(try store.link(named: name)?.alias == "store")
  }

  @Test(arguments: ["web", "/web", "web/", "/", "", "web/store/x", "db/store", "web//store"])
  func whatIsNoLinksName(_ name: String) throws {
    #expect(try store.link(named: name) == nil)
  }

  @Test func aLinkIsRemovedAlone() throws {
    let link = try #require(try store.link(named: "web/store"))
    #expect(try store.deleteLink(link))
    #expect(try !store.deleteLink(link))
    #expect(throws: StoreError.noSuchContainer("web/store")) { try store.findContainer("web/store") }
    #expect(try store.links().map(\.name) == ["web/c"])
    #expect(try store.containers().count == 3)
  }

  @Test(arguments: [("1", ["web/c"]), ("3", [])])
  func itGoesWithEitherContainer(_ start: String, _ left: [String]) throws {
    try store.deleteContainer(StoreFixture.id(start))
    #expect(try store.links().map(\.name) == left)
  }

  @Test func aSourceThatHasGoneIsRefusedAndNothingIsRecorded() throws {
    let gone = StoreFixture.id("9")
    #expect(throws: StoreError.noSuchContainer(gone)) {
      try insert("4", "late", [WantedLink(alias: "a", sourceID: gone)])
    }
    #expect(try store.containers().count == 3)
  }
}
