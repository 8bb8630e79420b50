internal import ContainerInit
internal import LinuxSystem

/// A process that was born in new namespaces and does nothing: they are there for as long as it is held, and then for
/// as long as something of them is open. It ends with its holder.
struct NamespaceHolder: ~Copyable {
  private let process: ProcessGuard
  /// Its end says to the process that nobody holds it any more.
  private let channel: OwnedDescriptor

  /// - Parameter kinds: with a user namespace among them, the others belong to it.
  init(_ kinds: CloneFlags) throws(LifecycleError) {
    let pair = try during("user namespace") { () throws(SystemError) in try makeSocketPair() }
    let ours = pair.first
    let holder: ProcessGuard
    do throws(SystemError) {
      holder = ProcessGuard(try clone(kinds, Placeholder(channel: pair.second), child: hold))
    } catch { throw .system(what: "user namespace", error) }
    process = holder
    channel = ours
  }

  var pid: Int32 { process.handle.pid }

  /// Opens what is below the process's directory of procfs: `ns/user`, `root`.
  borrowing func open(_ path: String, _ flags: OpenFlags) throws(LifecycleError) -> OwnedDescriptor {
    let ((directory, name), pid) = (splitPath(path), pid)
    return try during("user namespace") { () throws(SystemError) in
      // The last name is a link of the kernel's own, which only an opened directory may lead to.
      try openFile(
        name,
        in: try openProcessFile(directory == "." ? "" : directory, ofPID: pid, [.readOnly, .directory]),
        flags)
    }
  }
}

/// What the process that holds a namespace waits on.
private struct Placeholder: ~Copyable {
  let channel: OwnedDescriptor
}

/// Waits to be killed, or for the end of whoever would do it.
private func hold(_ cargo: consuming Placeholder) {
  do throws(SystemError) {
    // With a copy of the other end it would wait for itself.
    try closeDescriptors(from: 3, keeping: [cargo.channel.raw])
    _ = try InitRecord.receive(over: cargo.channel)
  } catch { exitImmediately(125) }
}
