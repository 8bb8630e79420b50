import GRDB
import LinuxSystem
import Testing

@testable import Store

@Suite("Images in the store")
struct ImageTests {
  let fixture: StoreFixture
  private var store: Store { fixture.store }
  private let latest = ImageTag(repository: "busybox", tag: "latest")

  init() throws { fixture = try StoreFixture() }

  @Test func whatWasInsertedComesBackWithLayersInOrderAndNames() throws {
    let layers = ["3", "1", "2"].map {
      ImageLayer(diffID: "sha256:" + StoreFixture.id($0), blob: "sha256:" + StoreFixture.id("b" + $0))
    }
    var image = StoreFixture.image("aa", layers: layers)
    try store.insertImage(image, tag: latest)
    try store.tag(image.id, as: ImageTag(repository: "alpha", tag: "1"))
    image.tags = [ImageTag(repository: "alpha", tag: "1"), latest]
    #expect(try store.images() == [image])
  }

  @Test func aNameMovesToTheNewImageAndTheOldOneStays() throws {
    let (old, new) = (StoreFixture.image("aa", created: 1), StoreFixture.image("bb", created: 2))
    try store.insertImage(old, tag: latest)
    try store.insertImage(new, tag: latest)
    #expect(try store.findImage("busybox").id == new.id)
    #expect(try store.images().map(\.tags) == [[latest], []])
  }

  @Test func theSameImageTwiceIsOneImage() throws {
    try store.insertImage(StoreFixture.image("aa"), tag: nil)
    try store.insertImage(StoreFixture.image("aa"), tag: latest)
    #expect(try store.images().map(\.tags) == [[latest]])
  }

  @Test func anImageIsFoundByNameIDAndPrefix() throws {
    let image = StoreFixture.image("ab12")
    try store.insertImage(image, tag: ImageTag(repository: "localhost:5000/team/web", tag: "v1"))
    let references = [
      "localhost:5000/team/web:v1", image.id, "sha256:ab1", "ab12", String(image.id.dropFirst(7)),
    ]
    for reference in references { #expect(try store.findImage(reference).id == image.id, "\(reference)") }
  }

  @Test(arguments: [
    ("web", "web:latest"), ("web:2", "web:2"), ("localhost:5000/web", "localhost:5000/web:latest"),
    ("sha256:99", "sha256:99"), ("sha256:xyz", "sha256:xyz"), ("", ":latest"),
  ])
  func whatIsNotThereIsNamedWithItsTag(_ reference: String, _ named: String) throws {
    try store.insertImage(StoreFixture.image("aa"), tag: latest)
    #expect(throws: StoreError.noSuchImage(named)) { try store.findImage(reference) }
  }

  @Test func aPrefixOfTwoIsAmbiguous() throws {
    try store.insertImage(StoreFixture.image("aa1"), tag: nil)
    try store.insertImage(StoreFixture.image("aa2"), tag: nil)
    #expect(throws: StoreError.ambiguousImage("aa")) { try store.findImage("aa") }
  }

  @Test func untaggingTakesOneNameOnly() throws {
    let image = StoreFixture.image("aa")
    try store.insertImage(image, tag: latest)
    try store.untag(latest)
    #expect(throws: StoreError.noSuchImage("busybox:latest")) { try store.untag(latest) }
    #expect(try store.findImage("aa").tags.isEmpty)
    #expect(throws: StoreError.noSuchImage("sha256:99")) { try store.tag("sha256:99", as: latest) }
  }

  @Test func anImageWithAContainerCannotGo() throws {
    let image = try fixture.storedImage()
    let container = StoreFixture.container("c1", name: "web", image: image)
    try store.insertContainer(container)
    #expect(try store.containersUsing(image.id) == [container.id])
    #expect(throws: StoreError.imageInUse(image: image.id, container: container.id)) {
      try store.deleteImage(image.id)
    }
    try store.deleteContainer(container.id)
    try store.deleteImage(image.id)
    #expect(throws: StoreError.noSuchImage(image.id)) { try store.deleteImage(image.id) }
    #expect(try store.images().isEmpty)
  }

  @Test func anImageThatAContainerMountsCannotGo() throws {
    let (image, mounted) = (try fixture.storedImage(), StoreFixture.image("bb"))
    try store.insertImage(mounted, tag: nil)
    let container = StoreFixture.container("c1", name: "web", image: image)
    #expect(throws: StoreError.noSuchImage("sha256:none")) {
      try store.insertContainer(container, images: ["sha256:none"])
    }
    #expect(try store.containers() == [])
    try store.insertContainer(container, images: [mounted.id, image.id])
    #expect(try store.containersUsing(mounted.id) == [container.id])
    #expect(try store.containersUsing(image.id) == [container.id])
    #expect(try store.usedImages() == [image.id, mounted.id])
    #expect(throws: StoreError.imageInUse(image: mounted.id, container: container.id)) {
      try store.deleteImage(mounted.id)
    }
    // Not even past the question.
    #expect(throws: StoreError.self) {
      try store.write { try $0.execute(sql: "DELETE FROM images WHERE id = ?", arguments: [mounted.id]) }
    }
    try store.deleteContainer(container.id)
    try store.deleteImage(mounted.id)
  }

  @Test func contentIsWantedAsLongAsOneImageRefersToIt() throws {
    let shared = ImageLayer(diffID: "sha256:d", blob: "sha256:b")
    let (one, two) = (StoreFixture.image("aa", layers: [shared]), StoreFixture.image("bb", layers: [shared]))
    try store.insertImage(one, tag: nil)
    try store.insertImage(two, tag: nil)
    try store.deleteImage(one.id)
    #expect(
      try store.referencedContent()
        == ReferencedContent(diffIDs: ["sha256:d"], blobs: ["sha256:b", two.id, two.manifest]))
    try store.deleteImage(two.id)
    #expect(try store.referencedContent() == ReferencedContent(diffIDs: [], blobs: []))
  }
}
