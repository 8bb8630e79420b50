internal import CLinux

/// Makes this process the one that adopts its orphaned descendants, or no longer. Calls `prctl(2)`
/// PR_SET_CHILD_SUBREAPER.
package func becomeSubreaper(_ on: Bool = true) throws(SystemError) {
  try checkDone("prctl PR_SET_CHILD_SUBREAPER") {
    clinux_prctl(Int32(clinux_PR_SET_CHILD_SUBREAPER), on ? 1 : 0, 0, 0, 0)
  }
}

/// Gives up gaining privileges by exec, for good. Calls `prctl(2)` PR_SET_NO_NEW_PRIVS.
package func setNoNewPrivileges() throws(SystemError) {
  try checkDone("prctl PR_SET_NO_NEW_PRIVS") { clinux_prctl(Int32(clinux_PR_SET_NO_NEW_PRIVS), 1, 0, 0, 0) }
}

/// Whether others may trace this process and open its /proc files; off while the runtime's own memory and
/// descriptors are in it (CVE-2016-9962, CVE-2019-5736). Calls `prctl(2)` PR_SET_DUMPABLE.
package func setDumpable(_ on: Bool) throws(SystemError) {
  try checkDone("prctl PR_SET_DUMPABLE") { clinux_prctl(Int32(clinux_PR_SET_DUMPABLE), on ? 1 : 0, 0, 0, 0) }
}

/// Whether capabilities stay permitted when the user changes from root. Calls `prctl(2)` PR_SET_KEEPCAPS.
package func setKeepCapabilities(_ on: Bool) throws(SystemError) {
  try checkDone("prctl PR_SET_KEEPCAPS") { clinux_prctl(Int32(clinux_PR_SET_KEEPCAPS), on ? 1 : 0, 0, 0, 0) }
}

/// Has the kernel send `signal` to this process when its parent ends. Calls `prctl(2)` PR_SET_PDEATHSIG.
package func setParentDeathSignal(_ signal: Int32) throws(SystemError) {
  try checkDone("prctl PR_SET_PDEATHSIG") {
    clinux_prctl(Int32(clinux_PR_SET_PDEATHSIG), UInt64(signal), 0, 0, 0)
  }
}
