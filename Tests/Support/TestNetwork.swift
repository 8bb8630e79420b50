internal import LinuxNetwork
package import LinuxSystem

/// A network namespace of a test's own in which only `lo` is, up: nothing in it reaches the machine, and it is gone with
/// the last process in it.
package final class TestNetwork {
  private let descriptor: PipeEnd

  /// Makes one; this thread stays where it is.
  package init() throws(SystemError) {
    let own = try openFile("/proc/thread-self/ns/net", .readOnly)
    try unshare(.newNetwork)
    let new: OwnedDescriptor
    do throws(SystemError) { new = try Self.begin() } catch {
      try joinNamespace(own, kind: .newNetwork)
      throw error
    }
    try joinNamespace(own, kind: .newNetwork)
    descriptor = PipeEnd(new)
  }

  private static func begin() throws(SystemError) -> OwnedDescriptor {
    var devices = try NetlinkSocket()
    for link in try devices.links() where link.name == "lo" { try devices.setLink(link, up: true) }
    return try openFile("/proc/thread-self/ns/net", .readOnly)
  }

  /// A file by which others join it, as long as this value lives.
  package var path: String { "/proc/\(ownPID())/fd/\(descriptor.descriptor.raw)" }
}
