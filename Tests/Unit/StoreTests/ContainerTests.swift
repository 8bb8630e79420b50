import LinuxSystem
import Testing

@testable import Store

@Suite("Containers in the store")
struct ContainerTests {
  let fixture: StoreFixture
  let image: ImageRecord

  init() throws {
    fixture = try StoreFixture()
    image = try fixture.storedImage()
  }

  private func insert(_ start: String, _ name: String, created: Int64 = 1_700_000_000) throws
    -> ContainerRecord
  {
    let container = StoreFixture.container(start, name: name, image: image, created: created)
    try fixture.store.insertContainer(container)
    return container
  }

  @Test func whatWasInsertedComesBack() throws {
    let container = try insert("abc", "web")
    #expect(try fixture.store.findContainer("web") == container)
  }

  @Test func theNewestComesFirst() throws {
    let old = try insert("1", "old", created: 100)
    let new = try insert("2", "new", created: 200)
    let oldest = try insert("3", "oldest", created: 50)
    #expect(try fixture.store.containers() == [new, old, oldest])
    #expect(try fixture.store.latestContainer() == new)
  }

  @Test func aNameInUseIsRefusedInDockersWordsAndChangesNothing() throws {
    let first = try insert("abc", "web")
    let error = #expect(throws: StoreError.self) { _ = try insert("def", "web") }
    #expect(error == .nameInUse(name: "web", byID: first.id))
    #expect(
      error?.description
        == "Conflict. The container name \"/web\" is already in use by container \"\(first.id)\". "
        + "You have to remove (or rename) that container to be able to reuse that name.")
    #expect(try fixture.store.containers() == [first])
  }

  @Test func anIDInUseIsRefused() throws {
    let first = try insert("abc", "web")
    #expect(throws: StoreError.idInUse(first.id)) { _ = try insert("abc", "other") }
  }

  @Test func anImageThatHasGoneIsRefused() throws {
    let gone = StoreFixture.container("abc", name: "web", image: StoreFixture.image("99"))
    #expect(throws: StoreError.noSuchImage("busybox")) { try fixture.store.insertContainer(gone) }
  }

  @Test func aContainerIsFoundByIDNameSlashedNameAndPrefix() throws {
    let container = try insert("abc1", "web")
    _ = try insert("abd2", "db")
    for reference in [container.id, "web", "/web", "abc", "abc10"] {
      #expect(try fixture.store.findContainer(reference).id == container.id, "\(reference)")
    }
  }

  @Test func aNameBeatsAPrefix() throws {
    _ = try insert("cafe", "web")
    let named = try insert("123", "cafe")
    #expect(try fixture.store.findContainer("cafe").id == named.id)
  }

  @Test(arguments: ["nope", "", "ABC", "%", "abcg", "f"])
  func whatIsNotThereIsSaidSo(_ reference: String) throws {
    _ = try insert("abc", "web")
    #expect(throws: StoreError.noSuchContainer(reference)) { try fixture.store.findContainer(reference) }
    #expect(StoreError.noSuchContainer("x").description == "No such container: x")
  }

  @Test func aPrefixOfTwoIsAmbiguous() throws {
    _ = try insert("abc", "web")
    _ = try insert("abd", "db")
    #expect(throws: StoreError.ambiguousContainer("ab")) { try fixture.store.findContainer("ab") }
  }

  @Test func aSecondRunForgetsHowTheFirstEnded() throws {
    let container = try insert("abc", "web")
    let (start, end) = (Timestamp(seconds: 10, nanoseconds: 5), Timestamp(seconds: 20))
    try fixture.store.setStarted(container.id, at: start)
    try fixture.store.setFinished(container.id, at: end, exitCode: 137)
    var found = try fixture.store.findContainer("web")
    #expect(found.startedAt == start && found.finishedAt == end && found.exitCode == 137)
    try fixture.store.setStarted(container.id, at: end)
    found = try fixture.store.findContainer("web")
    #expect(found.startedAt == end && found.finishedAt == nil && found.exitCode == nil)
    try fixture.store.setFinished(container.id, at: end, exitCode: nil)
    #expect(try fixture.store.findContainer("web").exitCode == nil)
  }

  @Test func thatTheUserStoppedItIsRememberedUntilTheNextStart() throws {
    let container = try insert("abc", "web")
    #expect(try !fixture.store.findContainer("web").stoppedByUser)
    try fixture.store.setStopped(container.id)
    #expect(try fixture.store.findContainer("web").stoppedByUser)
    try fixture.store.setFinished(container.id, at: .now(), exitCode: 0)
    #expect(try fixture.store.findContainer("web").stoppedByUser)
    try fixture.store.setStarted(container.id, at: .now())
    #expect(try !fixture.store.findContainer("web").stoppedByUser)
  }

  @Test func settingsCanBeReplaced() throws {
    let container = try insert("abc", "web")
    try fixture.store.setSettings(container.id, "{}")
    #expect(try fixture.store.findContainer("web").settings == "{}")
  }

  @Test func aRemovedContainerCannotBeUpdatedAndItsNameIsFree() throws {
    let container = try insert("abc", "web")
    #expect(try fixture.store.deleteContainer(container.id))
    #expect(try !fixture.store.deleteContainer(container.id))
    #expect(throws: StoreError.noSuchContainer(container.id)) {
      try fixture.store.setStarted(container.id, at: .now())
    }
    _ = try insert("def", "web")
  }
}
