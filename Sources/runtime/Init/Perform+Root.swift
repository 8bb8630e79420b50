internal import LinuxSystem

extension InitContext {
  /// Opens a path of the container for path use, without leaving its root.
  borrowing func open(_ path: String, _ flags: OpenFlags = .path) throws(SystemError) -> OwnedDescriptor {
    switch root {
    case .some(let directory): return try openInRoot(directory, path, flags)
    // After the root has changed it is simply `/`; links still cannot lead anywhere else.
    case .none: return try openInRoot(try openFile("/", [.path, .directory]), path, flags)
    }
  }

  /// Makes a directory of the container, with its parents, and opens it.
  @discardableResult
  borrowing func makeDirectoryPath(_ path: String) throws(SystemError) -> OwnedDescriptor {
    switch root {
    case .some(let directory): return try makeDirectoriesInRoot(directory, path)
    case .none: return try makeDirectoriesInRoot(try openFile("/", [.path, .directory]), path)
    }
  }

  borrowing func makeDirectory(_ path: String) throws(SystemError) { try makeDirectoryPath(path) }

  /// Whether something opened is the directory that is the container's root.
  borrowing func isRootDirectory(_ opened: borrowing OwnedDescriptor) throws(SystemError) -> Bool {
    switch root {
    case .some(let directory):
      let (one, other) = (try fileStatus(of: directory), try fileStatus(of: opened))
      return one.device == other.device && one.inode == other.inode
    case .none: return false
    }
  }

  /// Makes an empty file of the container, with its parents, unless something is there, and opens it.
  borrowing func makeFile(_ path: String) throws(SystemError) -> OwnedDescriptor {
    switch root {
    case .some(let directory): return try makeFileInRoot(directory, path)
    case .none: return try makeFileInRoot(try openFile("/", [.path, .directory]), path)
    }
  }
}

/// With a shared tree, the mount that holds the root must not pass the bind on to the host, and pivot_root refuses
/// a shared parent (pivot_root(2)).
func makeParentMountPrivate(ofRoot root: String) throws(SystemError) {
  // The longest mount point that is a prefix of the root in whole components.
  let holding = try readMountTable().filter { $0.holds(root) }.map(\.point)
  try mount("none", on: holding.max { $0.utf8.count < $1.utf8.count } ?? "/", .private)
}

/// Makes the root file system a mount of its own, which pivot_root needs, and opens it.
func bindRoot(_ path: String, isPrivate: Bool, _ context: inout InitContext) throws(SystemError) {
  try mount(path, on: path, [.bind, .recursive])
  if isPrivate { try mount("none", on: path, .private) }
  context.root = try openFile(path, [.path, .directory])
  context.rootPath = path
}

/// Makes the container's root this process's root and lets go of the host's (pivot_root(2), "pivot_root(".",
/// ".")").
func pivotRoot(_ context: inout InitContext) throws(SystemError) {
  guard let root = context.root.take() else { throw SystemError("pivot_root", code: ErrorCode.badDescriptor) }
  let oldRoot = try openFile("/", [.readOnly, .directory])
  try changeDirectory(to: root)
  try pivotRootToWorkingDirectory()
  try changeDirectory(to: oldRoot)
  try releaseOldRoot()
  try changeDirectory("/")
}

/// `--no-pivot`: for hosts that run from a ramdisk, which pivot_root cannot leave. The host's tree stays mounted
/// out of sight, as in runc, without what `hideKernelFileSystems` takes away.
func changeRoot(_ context: inout InitContext) throws(SystemError) {
  guard let root = context.root.take() else { throw SystemError("chroot", code: ErrorCode.badDescriptor) }
  try changeDirectory(to: root)
  try mount(context.rootPath, on: "/", .move)
  try LinuxSystem.changeRoot(".")
  try changeDirectory("/")
}

/// Makes the topmost mount at a path read-only, the root included (runtime-spec config.md, Root).
func makeReadOnly(_ path: String, _ context: inout InitContext) throws(SystemError) {
  try setMountAttributes(
    try context.open(path), set: .readOnly, clear: [], recursive: false, named: path)
}

/// `readonlyPaths`: what is at the path becomes a read-only mount of itself. A path that is not there needs no
/// protection (runtime-spec config-linux.md, Readonly Paths).
func restrictToReading(_ path: String, _ context: inout InitContext) throws(SystemError) {
  guard let place = try openIfThere(path, context) else { return }
  let copy = try cloneMountTree(of: place, recursive: true, named: path)
  try setMountAttributes(copy, set: .readOnly, clear: [], recursive: true, named: path)
  try attachMount(copy, on: place, named: path)
}

/// `maskedPaths`: a file reads as empty, a directory is empty and read-only.
///
/// Which of the two is decided by fstat on the opened path and the mask is attached to that same descriptor, so
/// nothing can be swapped in between; /dev/null is the host's and looked at before it is used (CVE-2025-31133).
func mask(_ path: String, _ context: inout InitContext) throws(SystemError) {
  guard let place = try openIfThere(path, context) else { return }
  if try fileStatus(of: place).kind == .directory { return try maskDirectory(place, path, &context) }
  let null = try openFile("/dev/null", .path)
  let status = try fileStatus(of: null)
  guard status.kind == .characterDevice, status.major == 1, status.minor == 3 else {
    throw SystemError("mask", code: ErrorCode.noDevice, subject: "/dev/null is not the null device")
  }
  try attachMount(try cloneMountTree(of: null, recursive: false, named: "/dev/null"), on: place, named: path)
}

/// All masked directories show one empty file system: to make one costs more than to show it again.
private func maskDirectory(
  _ place: borrowing OwnedDescriptor, _ path: String, _ context: inout InitContext
) throws(SystemError) {
  if let empty = context.emptyDirectory.take() {
    try attachMount(try cloneMountTree(of: empty, recursive: false, named: path), on: place, named: path)
    context.emptyDirectory = consume empty
  } else {
    let empty = try makeFileSystem("tmpfs", attributes: .readOnly)
    try attachMount(empty, on: place, named: path)
    context.emptyDirectory = consume empty
  }
}

private func openIfThere(
  _ path: String, _ context: borrowing InitContext
) throws(SystemError) -> OwnedDescriptor? {
  do throws(SystemError) { return try context.open(path) } catch {
    if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { return nil }
    throw error
  }
}
