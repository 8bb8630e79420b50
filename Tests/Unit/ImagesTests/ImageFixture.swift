import Images
import LinuxSystem
import OCIImageSpec
import Store
import Testing

/// Images below a root of their own, which goes with it. Unpacking needs the program that the manager is.
final class ImageFixture {
  let directory: String
  let paths: StorePaths
  let store: Store
  let images: ImageStore

  init() throws {
    directory = "/tmp/apus-images-\(hexadecimal(try randomBytes(8)))"
    paths = StorePaths(root: directory + "/root", runRoot: directory + "/run")
    try paths.prepare()
    store = try Store.open(paths)
    images = ImageStore(store, unpacker: [Self.manager, UnpackLayer.subcommand])
  }

  deinit {
    do throws(SystemError) { try removeTree(directory) } catch {
      StandardDescriptor.error.print("\(error)\n")
    }
  }

  /// The manager as it was built with these tests: beside them.
  static var manager: String {
    do throws(SystemError) { return splitPath(try Environment.ownProgram()).directory + "/apus" } catch {
      return ""
    }
  }

  static var canUnpack: Bool { effectiveUserID() == 0 && Environment.isExecutableFile(manager) }
  static let unpackReason: Comment = "needs root (mount namespaces, device nodes) and the built program apus"

  /// Writes a file for importing.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(directory)/\(name)"
    try writeAtomically(path, bytes, durable: false)
    return path
  }

  /// Imports a tar; its only layer's tree.
  func unpack(_ tar: TarBuilder) throws -> String {
    let id = try images.importImage(.path(try file("in.tar", tar.archive)), as: nil)
    return images.lowerDirectories(of: try store.findImage(id.description))[0]
  }

  /// Runs a program of the system, such as gzip, on a file; false when it is not there or fails.
  func run(_ program: String, _ arguments: [String]) throws -> Bool {
    guard let path = Environment.findProgram(program, path: "/usr/bin:/bin:/usr/sbin:/sbin") else {
      return false
    }
    return try spawn(SpawnPlan(path, arguments)).wait() == .exited(0)
  }

  /// What is left: nothing in tmp, and only what rows refer to.
  func expectNothingLeftBehind(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let wanted = try store.referencedContent()
    #expect(try listDirectory(paths.temporary).isEmpty, sourceLocation: sourceLocation)
    #expect(
      Set(try listDirectory(paths.layers).map { "sha256:\($0)" }) == wanted.diffIDs,
      sourceLocation: sourceLocation)
    #expect(
      Set(try listDirectory(paths.blobs).map { "sha256:\($0)" }) == wanted.blobs,
      sourceLocation: sourceLocation)
  }
}
