import Images
import LinuxSystem
import OCIImageSpec
import Store
import Testing

@Suite("Removing images", .enabled(if: ImageFixture.canUnpack, ImageFixture.unpackReason))
struct RemoveTests {
  let fixture: ImageFixture
  let image: ImageRecord

  init() throws {
    fixture = try ImageFixture()
    var tar = TarBuilder()
    tar.add("a", content: "x")
    let id = try fixture.images.importImage(
      .path(try fixture.file("a.tar", tar.archive)), as: ImageReference("web"))
    image = try fixture.store.findImage(id.description)
  }

  private func lines(_ reference: String, force: Bool = false) throws -> [String] {
    try fixture.images.removeImage(reference, force: force).map(\.description)
  }

  private var allGone: [String] {
    ["Untagged: web:latest", "Deleted: \(image.id)", "Deleted: \(image.layers[0].diffID)"]
  }

  private func addContainer() throws -> String {
    let container = ContainerRecord(
      id: String(repeating: "c", count: 64), name: "one", imageID: image.id, imageReference: "web",
      createdAt: .now(), settings: "{}", autoRemove: false)
    try fixture.store.insertContainer(container)
    return String(container.id.prefix(12))
  }

  @Test(arguments: ["web", "web:latest", "docker.io/library/web"])
  func theLastNameTakesTheImageWithIt(_ reference: String) throws {
    #expect(try lines(reference) == allGone)
    #expect(try listDirectory(fixture.paths.blobs).isEmpty)
    try fixture.expectNothingLeftBehind()
  }

  @Test func anIDTakesAllNamesOfOneRepository() throws {
    try fixture.store.tag(image.id, as: ImageTag(repository: "web", tag: "2"))
    #expect(try lines(image.shortID) == ["Untagged: web:2"] + allGone)
  }

  @Test func oneNameOfTwoIsOnlyUntagged() throws {
    try fixture.store.tag(image.id, as: ImageTag(repository: "other", tag: "1"))
    let error = #expect(throws: ImageError.self) { try lines(image.shortID) }
    #expect(
      error?.description
        == "conflict: unable to delete \(image.shortID) (must be forced) - image is referenced in "
        + "multiple repositories")
    #expect(try lines("other:1") == ["Untagged: other:1"])
    #expect(try fixture.images.find("web").id == image.id)
  }

  @Test func aLayerOfAnotherImageStays() throws {
    var tar = TarBuilder()
    tar.add("a", content: "x")
    _ = try fixture.images.importImage(
      .path(try fixture.file("b.tar", tar.archive)), as: ImageReference("twin"))
    #expect(try lines("web") == Array(allGone.prefix(2)))
    try fixture.expectNothingLeftBehind()
    #expect(try lines("twin").last == "Deleted: \(image.layers[0].diffID)")
    try fixture.expectNothingLeftBehind()
  }

  @Test func anImageWithAContainerIsRefusedInDockersWords() throws {
    let container = try addContainer()
    var error = #expect(throws: ImageError.self) { try lines("web") }
    #expect(
      error?.description
        == "conflict: unable to remove repository reference \"web\" (must force) - container "
        + "\(container) is using its referenced image \(image.shortID)")
    error = #expect(throws: ImageError.self) { try lines(image.shortID) }
    #expect(
      error?.description
        == "conflict: unable to delete \(image.shortID) (must be forced) - image is being used by "
        + "stopped container \(container)")
    #expect(try fixture.images.find("web").tags.count == 1)
  }

  @Test func forceTakesAllNamesOfAnIDThatAContainerUses() throws {
    let container = try addContainer()
    try fixture.store.tag(image.id, as: ImageTag(repository: "other", tag: "1"))
    #expect(try lines(image.shortID, force: true) == ["Untagged: other:1", "Untagged: web:latest"])
    #expect(fileExists(fixture.paths.layerTree(image.layers[0].diffID)))
    // Now there is nothing that force could take.
    let error = #expect(throws: ImageError.self) { try lines(image.shortID, force: true) }
    #expect(
      error?.description
        == "conflict: unable to delete \(image.shortID) (cannot be forced) - image is being used by "
        + "stopped container \(container)")
  }

  @Test func anImageForAnotherPlatformStays() throws {
    let other = try PlatformName("linux/riscv64")
    let error = #expect(throws: ImageError.self) {
      try fixture.images.removeImage("web", force: true, platform: other)
    }
    #expect(
      error?.description
        == "image with reference web was found but its platform (\(PlatformName.host)) does not match the "
        + "specified platform (linux/riscv64)")
    #expect(
      try fixture.images.removeImage("web", force: false, platform: .host).map(\.description) == allGone)
  }

  @Test func forceTakesTheNameAndLeavesTheImageToItsContainer() throws {
    _ = try addContainer()
    #expect(try lines("web", force: true) == ["Untagged: web:latest"])
    #expect(try fixture.images.images().map(\.tag) == [nil])
    #expect(fileExists(fixture.paths.layerTree(image.layers[0].diffID)))
  }

  @Test(arguments: [
    ("nope", "No such image: nope:latest"), ("nope:1", "No such image: nope:1"),
    ("Nope", "invalid reference format: repository name (library/Nope) must be lowercase"),
    ("a:b:c", "invalid reference format"),
  ])
  func whatIsNotThereIsSaidSo(_ reference: String, _ words: String) {
    let error = #expect(throws: ImageError.self) { try lines(reference) }
    #expect(error?.description == words)
  }
}
