internal import CLinux

/// A network namespace, its `lo` up, that a process beside this one is making (spec/decisions/0006).
///
/// One at a time. Dropped, it waits for the maker and forgets the namespace.
package struct NetworkNamespaceInMaking: ~Copyable {
  private let maker: Int32

  /// Begins. Calls `clone(2)` with CLONE_VM and CLONE_FILES.
  package init() throws(SystemError) { maker = try check("clone") { clinux_network_namespace_begin() } }

  /// Waits until it is made.
  /// - Returns: a descriptor to join it by (`joinNamespace`).
  /// - Throws: `SystemError` with what the maker met; EPERM without CAP_SYS_ADMIN, ECANCELED when it was killed.
  package consuming func finish() throws(SystemError) -> OwnedDescriptor {
    let pid = maker
    discard self
    return OwnedDescriptor(owning: try check("new network namespace") { clinux_network_namespace_end(pid) })
  }

  deinit {
    let descriptor = clinux_network_namespace_end(maker)
    if descriptor >= 0 { _ = OwnedDescriptor(owning: descriptor) }
  }
}
