package import LinuxSystem

/// A network namespace of a test's own, its `lo` down: nothing in it reaches the machine, and it is gone with the last
/// process in it.
package final class TestNetwork {
  private let descriptor: PipeEnd

  /// Makes one; this thread stays where it is.
  package init() throws(SystemError) {
    let own = try openFile("/proc/thread-self/ns/net", .readOnly)
    try unshare(.newNetwork)
    let new: OwnedDescriptor
    do throws(SystemError) { new = try openFile("/proc/thread-self/ns/net", .readOnly) } catch {
      try joinNamespace(own, kind: .newNetwork)
      throw error
    }
    try joinNamespace(own, kind: .newNetwork)
    descriptor = PipeEnd(new)
  }

  /// A file by which others join it, as long as this value lives.
  package var path: String { "/proc/\(ownPID())/fd/\(descriptor.descriptor.raw)" }
}
