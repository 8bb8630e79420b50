package import LinuxSystem

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
  /// Whether what is written need not survive a power cut: the unmount then waits for no disk (overlayfs
  /// documentation, Volatile mount).
  package let isVolatile: Bool

  /// Names the parts; nothing is touched.
  package init(lower: [String], upper: String, work: String, target: String, isVolatile: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.work = work
    self.target = target
    self.isVolatile = isVolatile
  }

  /// mount(2) takes one page of options, its final zero included.
  static let largestOptions = 4095

  /// The options with the paths as they are; nil when they do not fit a page, or a path holds a character that means
  /// something there.
  var plainOptions: String? {
    let special = Array(",:\\\"".utf8)
    guard !(lower + [upper, work]).contains(where: { $0.utf8.contains(where: special.contains) }) else {
      return nil
    }
    let options = options(lower: lower, upper: upper, work: work)
    return options.utf8.count <= Self.largestOptions ? options : nil
  }

  private func options(lower: [String], upper: String, work: String) -> String {
    // What a layer's tar cannot say must not come about, whatever the kernel's own choice is: a directory that was moved
    // would be a reference to its old name, a file whose mode was changed would have no content.
    "lowerdir=\(lower.joined(separator: ":")),upperdir=\(upper),workdir=\(work),redirect_dir=off,metacopy=off"
      + (isVolatile ? ",volatile" : "")
  }

  /// Mounts it.
  /// - Throws: `.system` naming the target.
  package func mount() throws(ImageError) {
    do throws(SystemError) {
      if isVolatile, fileExists(volatileMark) { try removeTree(volatileMark) }
      if let plainOptions { return try mount(plainOptions) }
      // Short names for long or awkward paths: overlayfs resolves them once, while it mounts. 127 layers fit a page.
      let opened = try OpenDirectories(lower + [upper, work])
      let names = opened.names
      try mount(
        options(lower: Array(names.dropLast(2)), upper: names[lower.count], work: names[lower.count + 1])
      )
      // The kernel reads the names above through our descriptors, so they live until here.
      _ = consume opened
    } catch { throw .system(error) }
  }

  /// What the last volatile mount left: with it there, overlayfs refuses the next one, in case the machine went down
  /// in between. What it did go down with is removed by the boot unit; who starts one by hand before that takes what
  /// the disk has of it.
  private var volatileMark: String { work + "/work/incompat/volatile" }

  private func mount(_ options: String) throws(SystemError) {
    try LinuxSystem.mount("overlay", on: target, type: "overlay", data: options)
  }

  /// Mounts directories on each other for reading alone: none of them is taken, so that others may go on with them.
  /// - Parameters:
  ///   - directories: top first; a single one is bound as it is, and can then be written.
  ///   - target: the mount point, a directory.
  package static func mountForReading(_ directories: [String], on target: String) throws(SystemError) {
    // Overlayfs wants a second one where nothing is on top.
    if directories.count == 1 { return try LinuxSystem.mount(directories[0], on: target, .bind) }
    let opened = try OpenDirectories(directories)
    let options = "lowerdir=\(opened.names.joined(separator: ":"))"
    try LinuxSystem.mount("overlay", on: target, type: "overlay", .readOnly, data: options)
    // The kernel reads the names through our descriptors, so they live until here.
    _ = consume opened
  }

  /// Unmounts all that is on `target`, lazily: a kill may leave more than one on top of each other. Nothing there is no error.
  package static func unmountEverything(_ target: String) throws(SystemError) {
    do throws(SystemError) { while true { try unmountLazily(target) } } catch {
      // EINVAL: not a mount point (umount(2)).
      guard error.code == ErrorCode.invalid else { throw error }
    }
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
