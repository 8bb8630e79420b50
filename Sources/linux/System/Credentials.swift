internal import CLinux
internal import Glibc

/// Becomes this user, with all three ids. Calls the raw `setresuid(2)`, for this thread only: the caller has one.
package func setUser(_ userID: UInt32) throws(SystemError) {
  try checkDone("setresuid", "\(userID)") { clinux_setresuid(userID, userID, userID) }
}

/// Becomes this group, with all three ids. Calls the raw `setresgid(2)`.
package func setGroup(_ groupID: UInt32) throws(SystemError) {
  try checkDone("setresgid", "\(groupID)") { clinux_setresgid(groupID, groupID, groupID) }
}

/// Replaces the supplementary groups; an empty list drops the caller's, which must never leak into a container.
/// Calls the raw `setgroups(2)`.
package func setSupplementaryGroups(_ groups: [UInt32]) throws(SystemError) {
  try checkDone("setgroups") {
    unsafe groups.withUnsafeBufferPointer { unsafe clinux_setgroups(UInt64($0.count), $0.baseAddress) }
  }
}

/// The effective user id. Calls `geteuid(2)`.
package func effectiveUserID() -> UInt32 { geteuid() }

/// The effective group id. Calls `getegid(2)`.
package func effectiveGroupID() -> UInt32 { getegid() }

/// Sets the file mode creation mask and returns the old one. Calls `umask(2)`.
@discardableResult
package func setFileModeMask(_ mask: UInt32) -> UInt32 { umask(mask) }

/// Starts a session without a terminal. Calls `setsid(2)`.
package func startSession() throws(SystemError) {
  try checkDone("setsid") { setsid() }
}

/// Sets the host name of this UTS namespace, in bytes of UTF-8. Calls `sethostname(2)`.
package func setHostname(_ name: String) throws(SystemError) {
  try checkDone("sethostname", name) { unsafe sethostname(name, name.utf8.count) }
}

/// Sets the NIS domain name of this UTS namespace, in bytes of UTF-8. Calls `setdomainname(2)`.
package func setDomainName(_ name: String) throws(SystemError) {
  try checkDone("setdomainname", name) { unsafe setdomainname(name, name.utf8.count) }
}

/// Joins a new session keyring of this name, so that the caller's keys stay outside. Calls `keyctl(2)`
/// KEYCTL_JOIN_SESSION_KEYRING.
package func joinNewSessionKeyring(_ name: String) throws(SystemError) {
  try checkDone("keyctl", "join session keyring") { unsafe clinux_keyctl_join_session(name) }
}

/// Brings a network interface of this network namespace up. Calls `ioctl(2)` SIOCSIFFLAGS.
package func bringInterfaceUp(_ name: String) throws(SystemError) {
  let probe = OwnedDescriptor(
    owning: try check("socket") { socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) })
  let number = probe.raw
  try checkDone("bring up interface", name) { unsafe clinux_interface_up(number, name) }
}
