internal import Glibc

/// The pids of this process's children, ended or not, whichever of its threads is their parent: as a subreaper it is
/// given those of its descendants (proc_pid_tid_children(5)).
/// - Returns: nothing where the kernel has no CONFIG_PROC_CHILDREN.
package func childPIDs() throws(SystemError) -> [Int32] {
  var children: [Int32] = []
  for thread in try listDirectory("/proc/self/task") {
    do throws(SystemError) {
      let text = try readText("/proc/self/task/\(thread)/children")
      children += text.split(separator: " ").compactMap { Int32($0) }
    } catch {
      guard error.code == ENOENT || error.code == ESRCH else { throw error }
    }
  }
  return children
}
