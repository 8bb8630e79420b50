import LinuxSystem
import Store

/// A store in a directory of its own, which goes with it.
final class StoreFixture {
  let directory: String
  let paths: StorePaths
  let store: Store

  init() throws {
    directory = "/tmp/apus-store-\(hexadecimal(try randomBytes(8)))"
    paths = StorePaths(root: directory + "/root", runRoot: directory + "/run")
    try paths.prepare()
    store = try Store.open(paths)
  }

  deinit {
    do throws(SystemError) { try removeTree(directory) } catch {
      StandardDescriptor.error.print("\(error)\n")
    }
  }

  /// 64 digits that begin so.
  static func id(_ start: String) -> String { start + String(repeating: "0", count: 64 - start.count) }

  /// An image without files.
  static func image(_ start: String, layers: [ImageLayer] = [], created: Int64 = 1_700_000_000) -> ImageRecord
  {
    ImageRecord(
      id: "sha256:" + id(start), manifest: "sha256:" + id("f" + start),
      createdAt: Timestamp(seconds: created), sizeBytes: 42, layers: layers, config: "{\"os\":\"linux\"}")
  }

  /// A container that has not run.
  static func container(
    _ start: String, name: String, image: ImageRecord, created: Int64 = 1_700_000_000
  ) -> ContainerRecord {
    ContainerRecord(
      id: id(start), name: name, imageID: image.id, imageReference: "busybox",
      createdAt: Timestamp(seconds: created, nanoseconds: 7), settings: "{\"é\":1}", autoRemove: true)
  }

  /// An image in the store, for containers to be made from.
  func storedImage(_ start: String = "aa") throws -> ImageRecord {
    let image = Self.image(start)
    try store.insertImage(image, tag: ImageTag(repository: "busybox", tag: "latest"))
    return image
  }
}
