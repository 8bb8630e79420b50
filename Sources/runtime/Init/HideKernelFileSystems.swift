internal import LinuxSystem

// `--no-pivot` leaves the host's tree mounted, out of reach but not out of the mount namespace. To whoever makes a user
// namespace inside, the kernel gives a fresh procfs or sysfs where a whole one is mounted already (mount_too_revealing in
// fs/namespace.c), in reach or not: the host's would undo the container's masked and read-only paths.

/// Covers every whole procfs and sysfs that is not below the container's root: with something mounted on it, it is not
/// whole to a namespace that may not unmount that.
///
/// Covered and not unmounted, since an unmounting is passed on to the peers of what was below, a mounting to those of what
/// is covered, and only that can be made private by its path.
/// - Throws: `SystemError` naming the place, also when it is hidden below another mount, where it cannot be covered.
func hideKernelFileSystems(_ context: inout InitContext) throws(SystemError) {
  let points = placesOfKernelFileSystems(
    try readText("/proc/self/mountinfo"), outside: context.rootPath)
  // What was mounted last first: a place may lie below another.
  for point in points.reversed() {
    try mount("none", on: point, .private)
    try mount("tmpfs", on: point, type: "tmpfs", .readOnly)
  }
}

/// Where whole procfs and sysfs are mounted, each place once.
/// - Parameters:
///   - mounts: the content of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
///   - root: what is mounted below it is the container's.
package func placesOfKernelFileSystems(_ mounts: String, outside root: String) -> [String] {
  var points: [String] = []
  for mount in mountEntries(in: mounts) where mount.root == "/" && ["proc", "sysfs"].contains(mount.type) {
    let point = mount.point
    if point == root || point.hasPrefix(root == "/" ? "/" : root + "/") { continue }
    if !points.contains(point) { points.append(point) }
  }
  return points
}
