internal import LinuxSystem

/// Leaves this process nothing but one file system: a container's, or a directory of the host.
///
/// A container that runs can change its tree while it is copied, links included, and a tar from a container may hold any
/// name (CVE-2018-15664, CVE-2019-14271). In here a path leads nowhere else, whatever it is; nothing in here can be
/// executed, not even as a library that libc would like to load; and device nodes are only names.
enum TreeJail {
  /// Where the parent puts the two descriptors of `running`.
  static let namespaceDescriptor: Int32 = 4
  static let rootDescriptor: Int32 = 5

  private static let attributes: MountAttributes = [.noDevices, .noSetUID, .noExecution]

  /// Enters it, for good.
  static func enter(_ request: TreeRequest) throws(SystemError) {
    if case .read = request.task { try Jail.useUTF8() }
    try Jail.begin()
    switch request.place {
    case .running: try enterRunning(request.processFileSystems)
    case .layers(let lower, let upper, let work, let target):
      try Jail.leaveNamespaces()
      // Before the root, on whose mount point an image is mounted for a moment.
      var trees: [MountTree] = []
      for mount in request.mounts { trees.append(MountTree(try open(mount, over: target))) }
      if request.takesLayers {
        do throws(ImageError) {
          try Overlay(lower: lower, upper: upper, work: work, target: target).mount()
        } catch {
          if case .system(let error) = error { throw error }
          throw SystemError("mount", code: ErrorCode.invalid, subject: target)
        }
      } else {
        try Overlay.mountForReading([upper] + lower, on: target)
      }
      for (mount, tree) in zip(request.mounts, trees) {
        try attach(tree.root, mount.destination, in: target, canMakePlace: request.takesLayers)
      }
      let root = try openFile(target, [.path, .directory])
      if request.takesLayers, !request.readOnly, let path = request.workingDirectory {
        try makeWorkingDirectory(path, in: root)
      }
      try setMountAttributes(root, set: attributes, clear: [], recursive: true, named: target)
      if request.readOnly {
        try setMountAttributes(root, set: .readOnly, clear: [], recursive: false, named: target)
      }
      try Jail.makeRoot(root)
    case .directory(let path):
      try Jail.leaveNamespaces()
      let tree = try cloneMountTree(path, recursive: true)
      try setMountAttributes(tree, set: attributes, clear: [], recursive: true, named: path)
      try attachMount(tree, on: try openFile(path, [.path, .directory]), named: path)
      try Jail.makeRoot(tree)
    }
    try setNoNewPrivileges()
  }

  /// docker makes it with the container (moby, daemon/create_unix.go), so that `cp . web:` has somewhere to go. What
  /// stands in its place keeps the container from starting, and nobody from copying.
  private static func makeWorkingDirectory(
    _ path: String, in root: borrowing OwnedDescriptor
  ) throws(SystemError) {
    do throws(SystemError) { _ = try makeDirectoriesInRoot(root, path) } catch {
      guard [ErrorCode.notDirectory, ErrorCode.loop, ErrorCode.noEntry].contains(error.code) else {
        throw error
      }
    }
  }

  /// A copy of the container's own mounts, so that its volumes are there, and so that the limits are only ours.
  private static func enterRunning(_ processFileSystems: [String]) throws(SystemError) {
    try joinNamespace(OwnedDescriptor(owning: namespaceDescriptor), kind: .newMount)
    try changeDirectory(to: OwnedDescriptor(owning: rootDescriptor))
    try changeRoot(".")
    try changeDirectory("/")
    try Jail.leaveNamespaces()
    let root = try openFile("/", [.path, .directory])
    try setMountAttributes(root, set: attributes, clear: [], recursive: true, named: "/")
    // The one way out that is left: `/proc/1/root` is the host's root where the pid namespace is the host's.
    for path in processFileSystems {
      let place = try openInRoot(root, path, .path)
      try setMountAttributes(place, set: .noSymbolicLinks, clear: [], recursive: false, named: path)
    }
  }

  /// A volume or an image, or the part of it that a start would mount.
  /// - Parameter target: an empty directory; what a run may have left on it goes, in this namespace.
  private static func open(
    _ mount: TreeRequest.Mount, over target: String
  ) throws(SystemError) -> OwnedDescriptor {
    let tree: OwnedDescriptor
    if mount.layers.isEmpty, mount.subpath == nil {
      tree = try cloneMountTree(mount.source, recursive: true)
    } else {
      if !mount.layers.isEmpty {
        try Overlay.unmountEverything(target)
        // Below the layers it keeps the whiteouts of a lone one from showing.
        try Overlay.mountForReading(mount.layers + [target], on: target)
      }
      let whole = try openFile(mount.layers.isEmpty ? mount.source : target, [.path, .directory])
      tree = try cloneMountTree(
        of: try openInside(whole, mount.subpath ?? ".", .path), recursive: true, named: mount.destination)
      if !mount.layers.isEmpty { try unmountLazily(target) }
    }
    if mount.readOnly {
      try setMountAttributes(tree, set: .readOnly, clear: [], recursive: true, named: mount.destination)
    }
    return tree
  }

  /// Puts it where a start would mount it; its mount point is made when it is missing, as a start does, or it is not there
  /// to be read.
  private static func attach(
    _ tree: borrowing OwnedDescriptor, _ destination: String, in target: String, canMakePlace: Bool
  ) throws(SystemError) {
    let root = try openFile(target, [.path, .directory])
    let isDirectory = try fileStatus(of: tree).kind == .directory
    guard canMakePlace else {
      do throws(SystemError) {
        try attachMount(tree, on: try openInRoot(root, destination, .path), named: destination)
      } catch { guard error.code == ErrorCode.noEntry else { throw error } }
      return
    }
    let place =
      isDirectory ? try makeDirectoriesInRoot(root, destination) : try makeFileInRoot(root, destination)
    try attachMount(tree, on: place, named: destination)
  }
}

/// A detached mount; an array of descriptors cannot be.
private final class MountTree {
  let root: OwnedDescriptor
  init(_ root: consuming OwnedDescriptor) { self.root = root }
}
