import ShimProtocol
import Testing

/// Which exit code a runtime's words stand for (spec/exit-codes.md).
struct RuntimeFailureTests {
  @Test(
    arguments: [
      (127, #"exec: "foo": executable file not found in $PATH"#),
      (
        127,
        #"runc create failed: unable to start container process: exec: "foo": executable file not found in $PATH"#
      ),
      (
        127,
        #"runc run failed: unable to start container process: error during container init: exec: "/nonexist": stat /nonexist: no such file or directory"#
      ),
      (127, #"exec: "/nonexist": stat /nonexist: no such file or directory"#),
      (127, "executable file `x` not found in $PATH: No such file or directory"),
      (127, "executable file `x` not found"),
      (127, "exec user process caused: no such file or directory"),
      (127, "exec container process (missing dynamic library?) `/x`: No such file or directory"),
      (127, "exec /script: no such file or directory"),
      (126, #"exec: "/etc": is a directory"#),
      (126, #"exec: "/etc": is a directory: permission denied"#),
      (126, #"unable to start container process: exec: "/x": permission denied"#),
      (126, "exec /script: exec format error"),
      (126, "standard_init_linux.go:228: exec user process caused: exec format error"),
      (126, "open executable: Permission denied"),
      (126, "exec container process `/x`: Permission denied"),
      (126, #"exec: "/dev/null": not a regular file"#),
      (125, #"mount /nowhere to /data: no such file or directory"#),
      (125, #"error mounting "/nowhere" to rootfs at "/data": stat /nowhere: no such file or directory"#),
      (125, #"error mounting "/srv/executable" to rootfs: permission denied"#),
      (125, #"error mounting "exec: " to rootfs at "/x\": exec: \"": no such file or directory"#),
      (125, "mount /srv/exec /data: no such file or directory"),
      (125, #"chdir to cwd ("/work") set in config.json failed: no such file or directory"#),
      (125, "executable path not specified"),
      (125, "open /sys/fs/cgroup/x: permission denied"),
      (125, #"unable to find user nobody2: no matching entries in passwd file"#),
      (125, ""),
      (125, "exec: \"unfinished"),
    ] as [(Int32, String)])
  func wordsStandForACode(code: Int32, message: String) {
    #expect(RuntimeFailure.exitCode(forMessage: message) == code)
  }
}
