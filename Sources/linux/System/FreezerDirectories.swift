/// The directories in which many cgroups lie, opened once, to ask each whether it is frozen: `CgroupFiles.isFrozen` for a
/// list, which would else walk the whole path to each of hundreds.
package struct FreezerDirectories: ~Copyable, Sendable {
  /// What says it of a cgroup of v1's freezer, and of one of v2.
  static let v1File = "freezer.self_freezing"
  static let unifiedFile = "cgroup.freeze"

  private let v1: OwnedDescriptor?
  private let unified: OwnedDescriptor?
  private let hybrid: OwnedDescriptor?

  /// Opens those that the host's layout has.
  package init(mount: String = "/sys/fs/cgroup") throws(SystemError) {
    let v1 = try Self.open("\(mount)/freezer")
    let unified = try Self.open(mount)
    let hybrid = try Self.open("\(mount)/unified")
    self.v1 = v1
    self.unified = unified
    self.hybrid = hybrid
  }

  private static func open(_ path: String) throws(SystemError) -> OwnedDescriptor? {
    do throws(SystemError) { return try openFile(path, [.path, .directory]) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return nil
    }
  }

  /// Whether a cgroup at the top of its hierarchy is frozen, or about to be; one that has gone is not.
  /// - Parameter name: without a slash.
  package borrowing func isFrozen(_ name: String) -> Bool {
    Self.answer("\(name)/\(Self.v1File)", in: v1)
      ?? Self.answer("\(name)/\(Self.unifiedFile)", in: unified)
      ?? Self.answer("\(name)/\(Self.unifiedFile)", in: hybrid) ?? false
  }

  /// nil when there is no such file, or the cgroup goes just then.
  private static func answer(_ path: String, in directory: borrowing OwnedDescriptor?) -> Bool? {
    switch directory {
    case .none: return nil
    case .some(let directory):
      do throws(SystemError) {
        guard let file = try openIfThere(path, in: directory, .readOnly) else { return nil }
        // The kernel gives the line in one piece.
        return try file.readChunk(limit: 16).first == UInt8(ascii: "1")
      } catch { return nil }
    }
  }
}
