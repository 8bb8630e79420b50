internal import LinuxSystem

/// An overlayfs mount: an image's layers with a writable layer on top (kernel Documentation/filesystems/overlayfs).
package struct Overlay: Sendable, Equatable {
  /// The read-only directories, top first; at least one.
  package let lower: [String]
  /// The writable layer.
  package let upper: String
  /// What overlayfs needs for itself: empty, on the file system of `upper`.
  package let work: String
  /// The mount point.
  package let target: String

  /// Names the parts; nothing is touched.
  package init(lower: [String], upper: String, work: String, target: String) {
    self.lower = lower
    self.upper = upper
    self.work = work
    self.target = target
  }

  /// mount(2) takes one page of options, its final zero included.
  static let largestOptions = 4095

  /// The options with the paths as they are; nil when they do not fit a page, or a path holds a character that means
  /// something there.
  var plainOptions: String? {
    let special: (Character) -> Bool = { ",:\\\"".contains($0) }
    guard !(lower + [upper, work]).contains(where: { $0.contains(where: special) }) else { return nil }
    let options = Self.options(lower: lower, upper: upper, work: work)
    return options.utf8.count <= Self.largestOptions ? options : nil
  }

  static func options(lower: [String], upper: String, work: String) -> String {
    "lowerdir=\(lower.joined(separator: ":")),upperdir=\(upper),workdir=\(work)"
  }

  /// Mounts it.
  /// - Throws: `.system` naming the target.
  package func mount() throws(ImageError) {
    do throws(SystemError) {
      if let plainOptions { return try mount(plainOptions) }
      // Short names for long or awkward paths: overlayfs resolves them once, while it mounts. 127 layers fit a page.
      let opened = try OpenDirectories(lower + [upper, work])
      let names = opened.names
      try mount(
        Self.options(lower: Array(names.dropLast(2)), upper: names[lower.count], work: names[lower.count + 1])
      )
      // The kernel reads the names above through our descriptors, so they live until here.
      _ = consume opened
    } catch { throw .system(error) }
  }

  private func mount(_ options: String) throws(SystemError) {
    try LinuxSystem.mount("overlay", on: target, type: "overlay", data: options)
  }

  /// Mounts directories on each other for reading alone: none of them is taken, so that others may go on with them.
  /// - Parameter directories: top first; at least two.
  /// - Throws: `.system` naming the target.
  static func mountForReading(_ directories: [String], on target: String) throws(ImageError) {
    do throws(SystemError) {
      let opened = try OpenDirectories(directories)
      let options = "lowerdir=\(opened.names.joined(separator: ":"))"
      try LinuxSystem.mount("overlay", on: target, type: "overlay", .readOnly, data: options)
      // As above: the kernel reads the names through our descriptors.
      _ = consume opened
    } catch { throw .system(error) }
  }

  /// Unmounts what is on `target`; nothing there is no error. What is still in use goes lazily.
  /// - Throws: `.system`.
  package static func unmount(_ target: String) throws(ImageError) {
    do throws(SystemError) {
      do throws(SystemError) { try LinuxSystem.unmount(target) } catch {
        guard error.code == ErrorCode.busy else { throw error }
        try unmountLazily(target)
      }
    } catch {
      // EINVAL: not a mount point (umount(2)).
      guard error.code == ErrorCode.invalid || error.code == ErrorCode.noEntry else { throw .system(error) }
    }
  }
}

/// Directories held open together; an array of descriptors cannot be, so each holds the rest.
private struct OpenDirectories: ~Copyable {
  private final class Link: Sendable {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
  }

  private var links: [Link] = []

  init(_ paths: [String]) throws(SystemError) {
    for path in paths { links.append(Link(try openFile(path, [.path, .directory]))) }
  }

  /// `/proc/self/fd/N` for each, in order.
  var names: [String] { links.map { $0.descriptor.procPath() } }
}
