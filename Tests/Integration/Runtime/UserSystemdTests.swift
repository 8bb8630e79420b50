import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Containers of somebody who is not root that are scopes of their own systemd's. These run in hack/test-v2's machine.
@Suite(
  .requiresRoot, .requiresSystemd, .requiresUnifiedCgroups, .enabled(if: hasUser, "there is no user 1000"))
struct UserSystemdTests {
  /// Runs the runtime as the user, beside the part of the tree that the user's systemd has: as in a login session.
  private func inSession(_ f: Fixture, _ words: [String], files: [String] = []) throws -> Outcome {
    let run = "/run/user/1000"
    return try f.run(
      "systemd-run",
      [
        "--quiet", "--collect", "--scope", "--uid=1000", "--gid=1000", "--slice=user-1000.slice", "--", "env",
        "XDG_RUNTIME_DIR=\(run)", "DBUS_SESSION_BUS_ADDRESS=unix:path=\(run)/bus", f.userProgram, "--root",
        f.directory + "/containers", "--systemd-cgroup",
      ] + words, directory: "/", files: files)
  }

  private func prepare(_ f: Fixture, _ args: [String], _ resources: JSONValue) throws -> TestBundle {
    try f.run("systemctl", ["start", "user@1000.service"]).succeeded()
    try f.prepareUser()
    let bundle = try f.bundle(args)
    try makeDirectory(f.directory + "/containers", mode: 0o700)
    try f.run("chown", ["1000:1000", f.directory + "/containers", bundle.path]).succeeded()
    try removeFile(bundle.path + "/config.json")
    try inSession(f, ["spec", "--rootless", "--bundle", bundle.path]).succeeded()
    let file = bundle.path + "/config.json"
    var config = ConfigTree(try JSON.parse(try readFile(file), file: "config.json"))
    config["process.terminal"] = false
    config["process.args"] = .array(args.map { .string($0) })
    config["linux.resources"] = resources
    try f.write(config, to: bundle)
    f.atEnd("delete the user's container") {
      try inSession(f, ["delete", "--force", bundle.id]).succeeded()
    }
    return bundle
  }

  /// Only systemd may move a process from there to the container's cgroup.
  @Test(arguments: [false, true]) func execFromASessionIsInTheContainersCgroup(divided: Bool) async throws {
    try await Fixture.with { f in
      let bundle = try prepare(f, ["sleep", "60"], ["pids": ["limit": 20]])
      try inSession(
        f, ["run", "--detach", "--bundle", bundle.path, bundle.id],
        files: [bundle.stdoutFile, bundle.stderrFile]
      ).succeeded()
      let place = "user.slice/user-1000.slice/user@1000.service/user.slice/apus-\(bundle.id).scope"
      let directory = "/sys/fs/cgroup/\(place)"
      #expect(try readText("\(directory)/pids.max") == "20")
      if divided {
        let pid = try readText("\(directory)/cgroup.procs")
        try makeDirectory("\(directory)/inner")
        try writeExistingFile("\(directory)/inner/cgroup.procs", pid)
        try writeExistingFile("\(directory)/cgroup.subtree_control", "+pids")
      }
      let outcome = try inSession(f, ["exec", bundle.id, "cat", "/proc/self/cgroup"]).succeeded()
      #expect(outcome.out == (divided ? "0::/inner\n" : "0::/\n"))
      try inSession(f, ["update", "--pids-limit", "9", bundle.id]).succeeded()
      #expect(try readText("\(directory)/pids.max") == "9")
    }
  }

  /// The user's systemd passes on what it was given, and hugetlb is not among it.
  @Test func aLimitOfWhatWasNotDelegatedIsRefused() async throws {
    try await Fixture.with { f in
      let bundle = try prepare(f, ["true"], ["hugepageLimits": [["pageSize": "2MB", "limit": 2_097_152]]])
      let outcome = try inSession(f, ["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(
        outcome.complaint.contains("linux.resources.hugepageLimits[0]: needs the controller \"hugetlb\""),
        "\(outcome)")
      #expect(try inSession(f, ["list", "--quiet"]).succeeded().out == "")
    }
  }
}

private var hasUser: Bool { (try? readText("/etc/passwd").contains(":x:1000:1000:")) == true }
