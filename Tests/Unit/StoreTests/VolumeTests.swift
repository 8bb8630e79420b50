import GRDB
import LinuxSystem
import Testing

@testable import Store

@Suite("Volumes in the store")
struct VolumeTests {
  let fixture: StoreFixture
  let image: ImageRecord

  init() throws {
    fixture = try StoreFixture()
    image = try fixture.storedImage()
  }

  private func volume(_ name: String, anonymous: Bool = false) -> VolumeRecord {
    VolumeRecord(
      name: name, options: "{}", labels: "{\"a\":\"1\"}", createdAt: Timestamp(seconds: 1_700_000_000),
      isAnonymous: anonymous)
  }

  private func container(_ start: String, _ volumes: VolumeRecord...) throws {
    try fixture.store.insertContainer(
      StoreFixture.container(start, name: "c\(start)", image: image),
      volumes: volumes.enumerated().map { MountedVolume(destination: "/v\($0.offset)", volume: $0.element) })
  }

  @Test func aContainersRowBringsItsVolumes() throws {
    let store = fixture.store
    try store.insertVolume(volume("data"))
    #expect(throws: StoreError.volumeNameInUse("data")) { try store.insertVolume(volume("data")) }
    try container("a1", volume("data"), volume("anon", anonymous: true))
    #expect(try store.findContainer("ca1").usesVolumes)
    #expect(try store.volumes().map(\.name) == ["anon", "data"])
    #expect(try store.findVolume("anon") == volume("anon", anonymous: true))
    #expect(try store.volumes(ofContainer: StoreFixture.id("a1")).map(\.name) == ["anon", "data"])
    #expect(try store.containers(withVolume: "data").map(\.name) == ["ca1"])
    #expect(try store.unusedVolumes() == [])
    #expect(throws: StoreError.noSuchVolume("dat")) { try store.findVolume("dat") }
  }

  @Test func aVolumeInUseCannotGo() throws {
    let store = fixture.store
    try container("a1", volume("data"))
    #expect(throws: StoreError.volumeInUse(name: "data", containers: [StoreFixture.id("a1")])) {
      try store.deleteVolume("data")
    }
    // Not even past the question.
    #expect(throws: StoreError.self) {
      try store.write { try $0.execute(sql: "DELETE FROM volumes WHERE name = 'data'") }
    }
    try store.deleteContainer(StoreFixture.id("a1"))
    #expect(try store.deleteVolume("data"))
    #expect(try !store.deleteVolume("data"))
  }

  @Test func theLastContainerTakesItsVolumesAlong() throws {
    let store = fixture.store
    try container("a1", volume("one"), volume("two"))
    try container("b1", volume("two"))
    #expect(try store.deleteContainer(StoreFixture.id("a1"), withVolumes: ["one", "two"]).volumes == ["one"])
    #expect(try store.volumes().map(\.name) == ["two"])
  }

  @Test func anotherNameReachesTheContainers() throws {
    let store = fixture.store
    try container("a1", volume("one", anonymous: true))
    try store.insertVolume(volume("two"))
    #expect(throws: StoreError.volumeNameInUse("two")) {
      try store.renameVolume("one", to: "two") { _, text in text }
    }
    #expect(throws: StoreError.noSuchVolume("none")) {
      try store.renameVolume("none", to: "new") { _, text in text }
    }
    try store.renameVolume("one", to: "new") { id, text in "\(text) \(id.prefix(2))" }
    #expect(try store.findContainer("ca1").settings == "{\"é\":1} a1")
    #expect(try store.volumes(ofContainer: StoreFixture.id("a1")).map(\.name) == ["new"])
    #expect(try !store.findVolume("new").isAnonymous)
  }
}
