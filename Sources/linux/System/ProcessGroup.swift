internal import Glibc

/// Makes this process the leader of a process group of its own. Calls `setpgid(2)`.
package func startProcessGroup() throws(SystemError) {
  try checkDone("setpgid") { setpgid(0, 0) }
}

/// Sends a signal to every process of the group that `leader` leads; a group that has ended is no error.
/// Calls `kill(2)`.
package func signalProcessGroup(_ number: Int32, ledBy leader: Int32) throws(SystemError) {
  do throws(SystemError) {
    try checkDone("kill", "process group \(leader)") { Glibc.kill(-leader, number) }
  } catch {
    guard error.code == ESRCH else { throw error }
  }
}

/// Lets a signal have its default action again, should whoever started us have it ignored. An ignored SIGCHLD would
/// take away every child's exit status (waitid(2)). Calls `signal(2)`.
package func restoreSignal(_ number: Int32) { _ = signal(number, SIG_DFL) }
