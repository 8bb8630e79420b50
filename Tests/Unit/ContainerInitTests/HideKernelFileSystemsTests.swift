import ContainerInit
import Testing

/// Which procfs and sysfs `--no-pivot` has to cover.
@Suite struct HideKernelFileSystemsTests {
  @Test func wholeOnesOfTheHostAreFoundOnce() {
    let mounts = """
      22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
      23 22 0:21 / /proc rw,relatime shared:5 master:2 - proc proc rw
      24 22 0:22 / /sys rw,relatime - sysfs sysfs rw
      25 23 0:21 / /proc rw,relatime - proc proc rw
      26 22 0:21 /sys /srv/sys rw,relatime - proc proc rw
      27 22 0:21 / /srv/a\\040b/proc rw,relatime - proc proc rw
      28 24 0:30 / /sys/fs/cgroup rw - tmpfs proc rw
      40 22 254:0 /bundle/root /bundle/root rw - ext4 /dev/root rw
      41 40 0:21 / /bundle/root/proc rw - proc proc rw
      42 22 0:21 / /bundle/root2/proc rw - proc proc rw
      43 22 0:21 / /short rw
      """
    #expect(
      placesOfKernelFileSystems(mounts, outside: "/bundle/root")
        == ["/proc", "/sys", "/srv/a b/proc", "/bundle/root2/proc"])
  }
}
