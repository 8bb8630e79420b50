package import Addresses
package import LinuxSystem

/// The kernel's settings that decide whether a bridge's packets go on, by /proc/sys of this thread's network namespace
/// (the kernel's ip-sysctl.rst). What is already as wanted is not written: /proc/sys may be read-only.
package enum ForwardingSettings {
  /// Lets the namespace pass packets on, from any device to any.
  /// - Returns: whether that had to be changed.
  @discardableResult
  package static func allowForwarding(_ family: IPFamily) throws(SystemError) -> Bool {
    try write(
      family == .v4 ? "/proc/sys/net/ipv4/ip_forward" : "/proc/sys/net/ipv6/conf/all/forwarding", "1")
  }

  /// Lets connections of the namespace's own to 127.0.0.0/8 leave by this bridge, where they were sent on. What comes
  /// in by it for those addresses must be refused elsewhere.
  package static func allowLoopbackSources(onBridge name: String) throws(SystemError) {
    try write("/proc/sys/net/ipv4/conf/\(name)/route_localnet", "1")
  }

  /// Tells nobody behind the bridge that there is a shorter way: where the host stands between two neighbours, it means to.
  package static func refuseRedirects(onBridge name: String) throws(SystemError) {
    try write("/proc/sys/net/ipv4/conf/\(name)/send_redirects", "0")
  }

  /// Switches IPv6 on a device off or on.
  package static func setIPv6(_ on: Bool, on name: String) throws(SystemError) {
    try write("/proc/sys/net/ipv6/conf/\(name)/disable_ipv6", on ? "0" : "1")
  }

  /// Has a device use IPv6 addresses at once that it gets from now on, instead of asking a second or two whether anybody
  /// has them: until then a bridge could not even ask who its containers are. For a device that has no carrier yet.
  package static func trustIPv6Addresses(on name: String) throws(SystemError) {
    do throws(SystemError) { try write("/proc/sys/net/ipv6/conf/\(name)/accept_dad", "0") } catch {
      // A kernel without IPv6.
      if error.code != ErrorCode.noEntry { throw error }
    }
  }

  /// Whether bridged packets pass the rules of IPv4; nil without the module for that (br_netfilter).
  package static func bridgedPacketsPassRules() throws(SystemError) -> Bool? {
    do throws(SystemError) {
      return try readText("/proc/sys/net/bridge/bridge-nf-call-iptables") != "0"
    } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw error
    }
  }

  @discardableResult
  private static func write(_ path: String, _ value: String) throws(SystemError) -> Bool {
    if try readText(path) == value { return false }
    try writeExistingFile(path, value)
    return true
  }
}
