import Images
import JSONDocument
import LinuxSystem
import OCIImageSpec
import Store
import Testing

@Suite("Importing", .enabled(if: ImageFixture.canUnpack, ImageFixture.unpackReason))
struct ImportTests {
  let fixture: ImageFixture
  private static let compressors = [
    ("gzip", "gz"), ("zstd", "zst"), ("xz", "xz"), ("bzip2", "bz2"),
  ]

  init() throws { fixture = try ImageFixture() }

  /// Some files, of more than one block of every compression.
  private func sample() throws -> TarBuilder {
    var tar = TarBuilder()
    tar.add("etc/hello", content: "hello")
    tar.add(Array("data".utf8), content: try (0..<800).flatMap { _ in try randomBytes(256) })
    return tar
  }

  private func compressed(_ tar: [UInt8], _ program: String, _ ending: String) throws -> [UInt8]? {
    let path = try fixture.file("sample.tar", tar)
    guard try fixture.run(program, ["-q", "-k", "-f", path]) else { return nil }
    return try readFile("\(path).\(ending)")
  }

  private func expectRefusal(
    _ bytes: [UInt8], _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = try fixture.file("bad", bytes)
    let error = #expect(throws: ImageError.self, sourceLocation: sourceLocation) {
      try fixture.images.importImage(.path(path), as: ImageReference("bad"))
    }
    let line = error?.description ?? ""
    #expect(
      line.hasPrefix("import \"\(path)\": ") && line.contains(words), "\(line)",
      sourceLocation: sourceLocation)
    #expect(!line.contains("\n"), sourceLocation: sourceLocation)
    #expect(try fixture.store.images().isEmpty, sourceLocation: sourceLocation)
    try fixture.expectNothingLeftBehind(sourceLocation: sourceLocation)
  }

  @Test func anImportIsAnImageThatDockerWouldHaveMade() throws {
    let tar = try sample()
    let id = try fixture.images.importImage(
      .path(try fixture.file("a.tar", tar.archive)), as: ImageReference("web"))
    let image = try fixture.images.find("web:latest")
    #expect(image.id == id.description && image.sizeBytes == 5 + 800 * 256)
    let config = try fixture.images.configuration(of: image)
    #expect(config.os == "linux" && config.rootfs.diffIDs.map(\.description) == image.layers.map(\.diffID))
    #expect(config.history?.map(\.comment) == ["Imported from -"])
    let manifest = try JSON.decode(
      ImageManifest.self, from: try fixture.images.content.get(#require(Digest(image.manifest))),
      file: "manifest")
    #expect(manifest.config.digest == id)
    #expect(manifest.layers.map(\.digest.description) == image.layers.map(\.blob))
    #expect(manifest.layers.map(\.size) == [Int64(tar.archive.count)])
    #expect(try readText(fixture.paths.content + "/oci-layout") == "{\"imageLayoutVersion\":\"1.0.0\"}")
    try fixture.expectNothingLeftBehind()
  }

  @Test(arguments: compressors)
  func everyCompressionGivesTheSameLayer(_ program: String, _ ending: String) throws {
    let tar = try sample().archive
    let plain = try fixture.images.find(
      fixture.images.importImage(.path(try fixture.file("a", tar)), as: nil).description)
    let bytes = try #require(try compressed(tar, program, ending), "\(program) is not installed")
    let other = try fixture.images.find(
      fixture.images.importImage(.path(try fixture.file("b", bytes)), as: nil).description)
    #expect(other.layers[0].diffID == plain.layers[0].diffID)
    let asItCame = ["gzip", "zstd"].contains(program)
    let blob = try #require(Digest(other.layers[0].blob))
    #expect(try readFile(fixture.images.content.path(of: blob)) == (asItCame ? bytes : tar))
    try fixture.expectNothingLeftBehind()
  }

  @Test(arguments: compressors)
  func dataThatIsCutOffOrGoesOnIsRefused(_ program: String, _ ending: String) throws {
    let bytes = try #require(
      try compressed(try sample().archive, program, ending), "\(program) is not installed")
    for length in [bytes.count / 2, bytes.count - 1] {
      try expectRefusal(Array(bytes.prefix(length)), "the \(program) data is cut off or damaged")
    }
    try expectRefusal(bytes + Array("garbage".utf8), "")
    var damaged = bytes
    damaged[bytes.count / 2] ^= 0xff
    try expectRefusal(damaged, "")
  }

  @Test func gzipInSeveralMembersIsOneLayer() throws {
    let tar = try sample().archive
    let first = try #require(try compressed(Array(tar.prefix(1000)), "gzip", "gz"))
    let rest = try #require(try compressed(Array(tar.dropFirst(1000)), "gzip", "gz"))
    let image = try fixture.images.find(
      fixture.images.importImage(.path(try fixture.file("a", first + rest)), as: nil).description)
    let plain = try fixture.images.find(
      fixture.images.importImage(.path(try fixture.file("b", tar)), as: nil).description)
    #expect(image.layers[0].diffID == plain.layers[0].diffID)
  }

  @Test func aTarThatIsCutOffIsRefusedWhereverTheCutIs() throws {
    let tar = try sample()
    try expectRefusal(Array(tar.bytes.prefix(700)), "the tar is cut off")
    try expectRefusal(Array(tar.bytes.prefix(5000)), "the tar is cut off")
    // In the mark of the end.
    try expectRefusal(tar.bytes + [0], "the tar is cut off: it ends after \(tar.bytes.count + 1) bytes")
  }

  /// As docker takes it: some programs write none.
  @Test func aTarWithoutTheMarkOfItsEndIsWhole() throws {
    let tar = try sample()
    let bare = try fixture.images.find(
      fixture.images.importImage(.path(try fixture.file("bare", tar.bytes)), as: nil).description)
    let marked = try fixture.images.find(
      fixture.images.importImage(.path(try fixture.file("marked", tar.archive)), as: nil).description)
    #expect(bare.sizeBytes == marked.sizeBytes && bare.sizeBytes > 0)
    #expect(bare.layers[0].diffID != marked.layers[0].diffID)
  }

  @Test func somethingAfterTheEndIsRefused() throws {
    let tar = try sample().archive
    try expectRefusal(tar + Array("garbage".utf8), "there is something else after the end of the tar")
    try expectRefusal(tar + tar, "there is something else after the end of the tar")
  }

  @Test func whatIsNoTarIsRefused() throws {
    try expectRefusal([], "is empty")
    try expectRefusal(Array("hello".utf8), "not a tar archive")
    try expectRefusal(try (0..<40).flatMap { _ in try randomBytes(256) }, "not a tar archive")
    try expectRefusal(Array("PK\u{3}\u{4}".utf8) + [0, 0, 0, 0], "is a zip archive: give a tar")
    try expectRefusal([0x04, 0x22, 0x4d, 0x18, 0, 0, 0, 0], "is lz4 data: give a tar")
    let gzip = try #require(try compressed(Array("no tar in here".utf8), "gzip", "gz"))
    try expectRefusal(gzip, "not a tar archive")
  }

  @Test func zerosOnlyAreAnEmptyTree() throws {
    let id = try fixture.images.importImage(.path(try fixture.file("a", TarBuilder().archive)), as: nil)
    #expect(try fixture.images.find(id.description).sizeBytes == 0)
  }

  @Test func aSourceThatIsNotThereIsNamed() throws {
    let error = #expect(throws: ImageError.self) {
      try fixture.images.importImage(.path("/no/such"), as: nil)
    }
    #expect(error?.description == "import \"/no/such\": no such file or directory")
    try fixture.expectNothingLeftBehind()
  }

  @Test func aTreeThatHoldsTheStateIsRefused() throws {
    let error = #expect(throws: ImageError.self) {
      try fixture.images.importImage(.path(fixture.directory), as: nil)
    }
    #expect(error?.description.contains("holds apus's own state") == true)
    try fixture.expectNothingLeftBehind()
  }

  @Test func aDirectoryBecomesTheSameLayerEveryTime() throws {
    let tree = fixture.directory + "/tree"
    try makeDirectories(tree + "/sub/deep")
    try writeAtomically(tree + "/sub/file", Array("x".utf8))
    #expect(try fixture.run("ln", [tree + "/sub/file", tree + "/sub/other"]))
    try makeFIFO(tree + "/pipe", mode: 0o600)
    try setExtendedAttribute("user.mine", [1, 2, 0], of: Array((tree + "/sub/file").utf8))
    #expect(try fixture.run("sh", ["-c", "printf x > \"$(printf '\(tree)/caf\\351')\""]))
    let images = try (0..<2).map { _ in
      try fixture.images.find(fixture.images.importImage(.path(tree), as: nil).description)
    }
    #expect(images[0].layers == images[1].layers && images[0].sizeBytes == 2)
    let copy = fixture.images.lowerDirectories(of: images[0])[0]
    #expect(try listRawNames(openFile(copy, .readOnly)).contains([0x63, 0x61, 0x66, 0xe9]))
    #expect(try fileStatus(copy + "/sub/other").linkCount == 2)
    #expect(try fileStatus(copy + "/pipe").kind == .fifo)
    #expect(try fileStatus(copy).modifiedSeconds == fileStatus(tree).modifiedSeconds)
    #expect(try extendedAttribute("user.mine", of: Array((copy + "/sub/file").utf8)) == [1, 2, 0])
  }

  @Test func aDigestReferenceIsRefused() throws {
    let reference = try ImageReference("a@sha256:" + String(repeating: "0", count: 64))
    let error = #expect(throws: ImageError.self) { try fixture.images.importImage(.path("/"), as: reference) }
    #expect(error?.description.contains("cannot import digest reference") == true)
  }

  @Test func aFullDiskIsOneLineAndNothingIsLeft() throws {
    let paths = StorePaths(root: fixture.directory + "/small", runRoot: fixture.paths.runRoot)
    try makeDirectory(paths.root)
    try mount("tmpfs", on: paths.root, type: "tmpfs", data: "size=1m")
    let outcome = Result {
      try paths.prepare()
      let images = ImageStore(try Store.open(paths), unpacker: fixture.images.unpacker)
      var tar = TarBuilder()
      tar.add(Array("big".utf8), content: try (0..<8000).flatMap { _ in try randomBytes(256) })
      let source = try fixture.file("big.tar", tar.archive)
      let error = #expect(throws: ImageError.self) { try images.importImage(.path(source), as: nil) }
      #expect(error?.description.hasSuffix("no space left on device") == true, "\(error?.description ?? "")")
      return [paths.temporary, paths.layers, paths.blobs]
    }
    let left = Result { try outcome.get().flatMap { try listDirectory($0) } }
    try unmountLazily(paths.root)
    #expect(try left.get().isEmpty)
  }

  @Test func theUnpackersDeathIsTold() throws {
    let images = ImageStore(fixture.store, unpacker: ["/bin/sh", "-c", "kill -KILL $$", "sh"])
    let path = try fixture.file("a.tar", try sample().archive)
    let error = #expect(throws: ImageError.self) { try images.importImage(.path(path), as: nil) }
    #expect(error?.description == "import \"\(path)\": the unpacking process was ended by SIGKILL")
    try fixture.expectNothingLeftBehind()
  }
}
