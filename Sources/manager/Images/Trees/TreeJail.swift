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
      for mount in request.mounts { try add(mount, to: target, canMakePlace: request.takesLayers) }
      let root = try openFile(target, [.path, .directory])
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

  /// A volume, where a start would mount it; its mount point is made when it is missing, as a start does, or it is not
  /// there to be read.
  private static func add(
    _ mount: TreeRequest.Mount, to target: String, canMakePlace: Bool
  ) throws(SystemError) {
    let root = try openFile(target, [.path, .directory])
    let tree = try cloneMountTree(mount.source, recursive: true)
    if mount.readOnly {
      try setMountAttributes(tree, set: .readOnly, clear: [], recursive: true, named: mount.source)
    }
    let isDirectory = try fileStatus(of: tree).kind == .directory
    guard canMakePlace else {
      do throws(SystemError) {
        try attachMount(tree, on: try openInRoot(root, mount.destination, .path), named: mount.destination)
      } catch { guard error.code == ErrorCode.noEntry else { throw error } }
      return
    }
    let place =
      isDirectory
      ? try makeDirectoriesInRoot(root, mount.destination) : try makeFileInRoot(root, mount.destination)
    try attachMount(tree, on: place, named: mount.destination)
  }
}
