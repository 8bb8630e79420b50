internal import CLinux
internal import Glibc

/// Flags of clone3(2), unshare(2) and setns(2): which namespaces are new, and how the child is born.
package struct CloneFlags: OptionSet, Sendable {
  package let rawValue: Int64
  package init(rawValue: Int64) { self.rawValue = rawValue }
  /// Spelled out, since the standard library's is generic and every first use of it costs a start some 10 µs.
  package init(arrayLiteral elements: CloneFlags...) {
    var bits: RawValue = 0
    for element in elements { bits |= element.rawValue }
    rawValue = bits
  }

  package static let newMount = CloneFlags(rawValue: clinux_CLONE_NEWNS)
  package static let newCgroup = CloneFlags(rawValue: clinux_CLONE_NEWCGROUP)
  package static let newUTS = CloneFlags(rawValue: clinux_CLONE_NEWUTS)
  package static let newIPC = CloneFlags(rawValue: clinux_CLONE_NEWIPC)
  package static let newUser = CloneFlags(rawValue: clinux_CLONE_NEWUSER)
  package static let newPID = CloneFlags(rawValue: clinux_CLONE_NEWPID)
  package static let newNetwork = CloneFlags(rawValue: clinux_CLONE_NEWNET)
  package static let newTime = CloneFlags(rawValue: clinux_CLONE_NEWTIME)
  /// The child becomes its parent's sibling: the one who started the parent reaps it.
  package static let sameParent = CloneFlags(rawValue: clinux_CLONE_PARENT)
}

/// Starts a child that runs `body` with `cargo`; in the parent `cargo` is dropped, so the parent's copies of the
/// child's descriptors close themselves.
///
/// Plain fork semantics (no CLONE_VM). Raw clone3 skips glibc's fork bookkeeping, so the child must not use pthreads,
/// raise, abort or exit: it ends by exec or `exitImmediately`.
/// - Parameters:
///   - cgroup: the unified cgroup to be born in, opened; nil is the caller's own.
///   - isSingleThreaded: nil looks into /proc/self/task; true where the caller knows and that procfs may be anybody's:
///     a child that `clone` made has one thread.
/// - Precondition: this process has exactly one thread; checked, because a second one may hold malloc's or the
///   Swift runtime's locks and the child would inherit them shut.
/// - Throws: `SystemError` naming clone3; EBUSY when there is more than one thread.
package func clone<Cargo: ~Copyable>(
  _ flags: CloneFlags, into cgroup: borrowing OwnedDescriptor? = nil, isSingleThreaded: Bool? = nil,
  _ cargo: consuming Cargo, child body: (consuming Cargo) -> Void
) throws(SystemError) -> ProcessHandle {
  let isAlone = if let isSingleThreaded { isSingleThreaded } else { try threadCount() == 1 }
  guard isAlone else {
    throw SystemError("clone3", code: EBUSY, subject: "more than one thread")
  }
  var descriptor: Int32 = -1
  // CLONE_PARENT takes the exit signal from the parent's own (clone(2)); giving one is EINVAL.
  let exitSignal = flags.contains(.sameParent) ? 0 : SIGCHLD
  var bits = flags.rawValue | clinux_CLONE_PIDFD
  var place: Int32 = 0
  switch cgroup {
  case .some(let directory):
    bits |= clinux_CLONE_INTO_CGROUP
    place = directory.raw
  case .none: break
  }
  let pid = try check("clone3") { unsafe clinux_clone3(UInt64(bits), &descriptor, exitSignal, place) }
  guard pid == 0 else {
    return ProcessHandle(pid: Int32(pid), descriptor: OwnedDescriptor(owning: descriptor))
  }
  // `body` is not typed Never: 6.3 then warns that the consumed cargo is never destroyed. Returning ends the child.
  body(cargo)
  _exit(125)
}

/// How many threads this process has: the links of /proc/self/task, `.` and `..` aside.
private func threadCount() throws(SystemError) -> Int {
  Int(try fileStatus("/proc/self/task").linkCount) - 2
}

/// Ends the process at once: no atexit handlers, no buffers. Calls `_exit(2)`.
package func exitImmediately(_ code: Int32) -> Never { _exit(code) }

/// Moves this process into new namespaces. Calls `unshare(2)`.
package func unshare(_ flags: CloneFlags) throws(SystemError) {
  try checkDone("unshare") { clinux_unshare(Int32(truncatingIfNeeded: flags.rawValue)) }
}

/// Joins the namespace that `namespace` refers to. Calls `setns(2)`.
/// - Parameter kind: the one flag that it must be; anything else is EINVAL.
package func joinNamespace(_ namespace: borrowing OwnedDescriptor, kind: CloneFlags) throws(SystemError) {
  let number = namespace.raw
  try checkDone("setns") { clinux_setns(number, Int32(truncatingIfNeeded: kind.rawValue)) }
}

/// Replaces the program. Returns only by throwing. Calls `execve(2)`.
package func execute(_ path: String, arguments: [String], environment: [String]) throws(SystemError) {
  try unsafe withCStringArray(arguments) { (argv) throws(SystemError) in
    try unsafe withCStringArray(environment) { (envp) throws(SystemError) in
      _ = unsafe execve(path, argv, envp)
      throw SystemError("exec", code: errno, subject: path)
    }
  }
}

/// Lends `strings` as a NULL-terminated array of C strings.
func withCStringArray(
  _ strings: [String],
  _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws(SystemError) -> Void
) throws(SystemError) {
  let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
  defer {
    for index in strings.indices { unsafe free(array[index]) }
    unsafe array.deallocate()
  }
  for (index, string) in strings.enumerated() { unsafe (array + index).initialize(to: strdup(string)) }
  unsafe (array + strings.count).initialize(to: nil)
  try unsafe body(array)
}
