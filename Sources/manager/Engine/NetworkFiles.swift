/// What stands in a container's `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf`.
package enum NetworkFiles {
  /// The container's hosts file: the lines that every Linux knows, then the container's own name, so that a program
  /// that looks itself up finds an address.
  ///
  /// - Parameter address: the container's; the loopback one where it has no other.
  package static func hosts(hostname: String, address: String = "127.0.0.1") -> String {
    """
    127.0.0.1\tlocalhost
    ::1\tlocalhost ip6-localhost ip6-loopback
    fe00::\tip6-localnet
    ff00::\tip6-mcastprefix
    ff02::1\tip6-allnodes
    ff02::2\tip6-allrouters
    \(address)\t\(hostname)

    """
  }

  /// The container's hostname file.
  package static func hostname(_ name: String) -> String { name + "\n" }
}
