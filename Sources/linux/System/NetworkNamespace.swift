internal import CLinux

/// A network namespace that a process beside this one is making, and whose `lo` it then brings up (spec/decisions/0006).
///
/// One at a time. Dropped, it waits for the maker and forgets the namespace.
package struct NetworkNamespaceInMaking: ~Copyable {
  private let maker: Int32

  /// Begins. Calls `clone(2)` with CLONE_VM and CLONE_FILES.
  package init() throws(SystemError) { maker = try check("clone") { clinux_network_namespace_begin() } }

  /// Waits until the namespace is there; its `lo` may still be down.
  /// - Returns: a descriptor to join it by (`joinNamespace`).
  /// - Throws: `SystemError` with what the maker met; EPERM without CAP_SYS_ADMIN, ECANCELED when it was killed, EBADF the
  ///   second time.
  package mutating func take() throws(SystemError) -> OwnedDescriptor {
    OwnedDescriptor(owning: try check("new network namespace") { clinux_network_namespace_take() })
  }

  /// Waits until `lo` is up. Comes after `take`, or the namespace stays open.
  /// - Throws: `SystemError`, as `take`.
  package consuming func finish() throws(SystemError) {
    let pid = maker
    discard self
    try checkDone("bring lo up") { clinux_network_namespace_end(pid) }
  }

  deinit {
    let descriptor = clinux_network_namespace_take()
    if descriptor >= 0 { _ = OwnedDescriptor(owning: descriptor) }
    _ = clinux_network_namespace_end(maker)
  }
}
