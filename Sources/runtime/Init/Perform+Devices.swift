internal import LinuxSystem

/// Makes a device node below the directory that the container's root, and nothing else, leads to (CVE-2026-41579:
/// an image whose /dev is a link). One of the same device that is there already is kept.
func makeDevice(_ node: DeviceNode, _ context: inout InitContext) throws(SystemError) {
  let (directory, name) = splitPath(node.path)
  try context.inDeviceDirectory(directory) { (parent) throws(SystemError) in
    do throws(SystemError) {
      try makeDeviceNode(
        name, in: parent, kind: node.kind, major: node.major, minor: node.minor, mode: node.mode,
        userID: node.userID, groupID: node.groupID)
    } catch {
      guard error.code == ErrorCode.exists else { throw error }
      let there = try fileStatus(of: try openFile(name, in: parent, [.path, .noFollow]))
      guard there.kind == node.kind, there.major == node.major, there.minor == node.minor else { throw error }
    }
  }
}

extension InitContext {
  /// Lends the directory of the container at `path`, which is made where it is missing. One after another most devices lie in
  /// the same: it is looked up once.
  fileprivate mutating func inDeviceDirectory(
    _ path: String, _ body: (borrowing OwnedDescriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    if deviceDirectoryPath != path { deviceDirectory = nil }
    switch deviceDirectory {
    case .some(let directory): return try body(directory)
    case .none: break
    }
    let opened = try makeDirectoryPath(path)
    try body(opened)
    deviceDirectory = consume opened
    deviceDirectoryPath = path
  }
}

/// Binds the host's node over an empty file: in a user namespace mknod(2) is refused whatever the capabilities.
///
/// The host's tree is still this process's root; the node's kind and numbers are looked at on the opened file, so that
/// nothing else of that name gets in.
func bindDevice(_ node: DeviceNode, _ context: inout InitContext) throws(SystemError) {
  let device = try openFile(node.path, [.path, .noFollow])
  let status = try fileStatus(of: device)
  guard status.kind == node.kind, status.major == node.major, status.minor == node.minor else {
    throw SystemError("bind", code: ErrorCode.noDevice, subject: "\(node.path) is another device on the host")
  }
  let place = try context.makeFile(node.path)
  try attachMount(
    try cloneMountTree(of: device, recursive: false, named: node.path), on: place, named: node.path)
}

/// Puts a node that the supervisor has made over an empty file.
func placeDevice(_ node: DeviceNode, _ slot: Int, _ context: inout InitContext) throws(SystemError) {
  guard let device = context.descriptors.mounts.take(slot) else {
    throw SystemError("bind", code: ErrorCode.badDescriptor, subject: node.path)
  }
  try attachMount(device, on: try context.makeFile(node.path), named: node.path)
}

/// Makes a link in the container's /dev; what is there already stays.
func linkDevice(_ name: String, _ target: String, _ context: inout InitContext) throws(SystemError) {
  try context.inDeviceDirectory("/dev") { (directory) throws(SystemError) in
    do throws(SystemError) { try makeSymbolicLink(target, at: name, in: directory) } catch {
      guard error.code == ErrorCode.exists else { throw error }
    }
  }
}

/// Opens a pseudo-terminal of the container's own devpts, sends its main side over the console socket, and makes
/// its peer stdio, the controlling terminal and, in create, /dev/console.
///
/// After the mounts (it belongs to the container's devpts). No path of the image is trusted: the multiplexer is
/// looked at before it is opened and again after, the peer comes by ioctl (CVE-2025-52565).
func openTerminal(_ setup: TerminalSetup, _ context: inout InitContext) throws(SystemError) {
  let path = "/dev/pts/ptmx"
  try requireMultiplexer(try context.open(path))
  let main = try context.open(path, [.readWrite, .noControllingTerminal])
  try requireMultiplexer(main)
  let peer = try openTerminalPeer(of: main)
  if let size = setup.size { try setWindowSize(main, size) }
  if setup.endsLinesPlainly { try endLinesPlainly(peer) }
  try setOwner(peer, userID: setup.userID, groupID: UInt32.max)
  guard let socket = context.descriptors.console.take() else {
    throw SystemError("terminal", code: ErrorCode.badDescriptor)
  }
  // runc sends the terminal's path as the message; receivers only want one byte at least.
  try sendDescriptor(main, with: Array(path.utf8), over: socket)
  if setup.isConsole {
    let console = try makeConsole(context)
    try attachMount(
      try cloneMountTree(of: peer, recursive: false, named: "/dev/console"), on: console,
      named: "/dev/console")
  }
  try takeControllingTerminal(peer)
  for number: Int32 in 0...2 { try duplicate(peer, onto: number) }
}

/// What the terminal is bound over: the file that is there, or a new one, but nothing that a link leads to. Paths are not
/// masked yet, and an image without a file system on /dev, or whoever shares its /dev, would choose which file of the
/// container becomes the terminal (CVE-2025-52565).
private func makeConsole(_ context: borrowing InitContext) throws(SystemError) -> OwnedDescriptor {
  let directory = try context.makeDirectoryPath("/dev")
  let place: OwnedDescriptor
  do throws(SystemError) { place = try openFile("console", in: directory, [.path, .noFollow]) } catch {
    guard error.code == ErrorCode.noEntry else { throw error }
    return try openFile(
      "console", in: directory, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
  }
  // Looked at on what was opened, so that a swap in between changes nothing.
  guard try fileStatus(of: place).kind != .symbolicLink else {
    throw SystemError("mount", code: ErrorCode.loop, subject: "/dev/console is a symbolic link")
  }
  return place
}

private func requireMultiplexer(_ file: borrowing OwnedDescriptor) throws(SystemError) {
  let status = try fileStatus(of: file)
  guard status.kind == .characterDevice, status.major == 5, status.minor == 2 else {
    throw SystemError("open", code: ErrorCode.noDevice, subject: "/dev/pts/ptmx is no terminal multiplexer")
  }
}
