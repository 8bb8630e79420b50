import LinuxSystem
import OCIImageSpec
import Store
import Testing

@testable import Images

@Suite("Content and its litter")
struct ContentTests {
  let fixture: ImageFixture

  init() throws { fixture = try ImageFixture() }

  @Test func aBlobIsStoredOnceAndComesBack() throws {
    let lock = try ContentLock(fixture.paths)
    let content = fixture.images.content
    let digest = try content.put(Array("hello".utf8), lock)
    #expect(digest.description == "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
    #expect(try content.put(Array("hello".utf8), lock) == digest)
    #expect(try content.get(digest) == Array("hello".utf8))
    #expect(try listDirectory(fixture.paths.blobs) == [digest.hex])
    #expect(try listDirectory(fixture.paths.temporary).isEmpty)
    try content.remove(digest, lock)
    try content.remove(digest, lock)
    #expect(!content.has(digest))
    _ = consume lock
  }

  @Test func aBrokenPromiseIsRefused() throws {
    let lock = try ContentLock(fixture.paths)
    let expected = try #require(Digest(sha256: String(repeating: "0", count: 64)))
    #expect(throws: ImageError.self) { try fixture.images.content.put([1], expected: expected, lock) }
    #expect(try listDirectory(fixture.paths.blobs).isEmpty)
    #expect(try listDirectory(fixture.paths.temporary).isEmpty)
    let digest = try fixture.images.content.put([1], lock)
    try writeAtomically(fixture.images.content.path(of: digest), [2])
    #expect(throws: ImageError.self) { try fixture.images.content.get(digest) }
    _ = consume lock
  }

  @Test func theSweepTakesLitterAndLeavesTheLiving() throws {
    try makeDirectories(fixture.paths.temporary + "/dead/layer/diff/deep")
    try writeAtomically(fixture.paths.temporary + "/file", [])
    let living = try TemporaryDirectory(below: fixture.paths.temporary)
    try makeDirectory(living.path + "/layer")
    try fixture.images.sweepTemporary()
    #expect(try listDirectory(fixture.paths.temporary) == [splitPath(living.path).name])
    #expect(fileExists(living.path + "/layer"))
  }

  @Test func theSweepTakesContentWithoutARow() throws {
    let lock = try ContentLock(fixture.paths)
    try fixture.images.content.put([1], lock)
    let diffID = "sha256:" + String(repeating: "1", count: 64)
    try makeDirectories(fixture.paths.layerTree(diffID))
    #expect(try fixture.images.sweepContent(lock) == [diffID])
    try fixture.expectNothingLeftBehind()
    _ = consume lock
  }
}
