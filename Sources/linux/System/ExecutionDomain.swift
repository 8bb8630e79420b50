internal import CLinux
internal import Glibc

/// The execution domains, by the names of the runtime specification (personality(2)).
package enum ExecutionDomain: String, Sendable {
  case linux = "LINUX"
  /// uname(2) then says what a 32-bit kernel would.
  case linux32 = "LINUX32"
}

/// Enters an execution domain; it survives exec. Calls `personality(2)`.
package func setExecutionDomain(_ domain: ExecutionDomain) throws(SystemError) {
  let number =
    switch domain {
    case .linux: clinux_PER_LINUX
    case .linux32: clinux_PER_LINUX32
    }
  try checkDone("personality", domain.rawValue) { clinux_personality(UInt64(number)) }
}
