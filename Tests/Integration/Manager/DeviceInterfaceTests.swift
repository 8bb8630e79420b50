import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("CDI devices", .serialized, .requiresRoot)
struct DeviceInterfaceTests {
  /// Runs the body with a fixture whose commands look for CDI's files in two directories of its own.
  private func with(
    _ test: String = #function, _ body: (Fixture) async throws -> Void
  ) async throws {
    try await Fixture.withBusybox(test) { (f) async throws in
      let directory = try f.path("cdi")
      try makeDirectory(directory)
      try makeDirectory("\(directory)/run")
      f.environment["APUS_CDI_DIRS"] = "\(directory):\(directory)/run"
      try await body(f)
    }
  }

  private static let head = #""cdiVersion":"0.7.0","kind":"vendor.com/thing""#

  @Test func everythingOfADeviceIsInTheContainer() async throws {
    try await with { (f) async throws in
      let hook = try f.write(
        "#!/bin/sh\ncat >/dev/null\necho \"$1 $H\" >>\(f.directory)/hooks\n", to: "hook.sh")
      try f.shell("chmod 755 \(hook)").succeeded()
      try f.write("shown", to: "shown")
      func hooks(_ names: String...) -> String {
        names.map {
          #"{"hookName":"\#($0)","path":"\#(hook)","args":["h","\#($0)"],"env":["H=1"],"timeout":20}"#
        }
        .joined(separator: ",")
      }
      try f.write(
        """
        {\(Self.head),"containerEdits":{"env":["ALL=1","OWN=spec"],"hooks":[\(hooks("prestart", "createRuntime"))]},
        "devices":[{"name":"one","containerEdits":{
          "env":["ONE=1"],"additionalGids":[4321],
          "deviceNodes":[{"path":"/dev/mine","hostPath":"/dev/full","permissions":"r","fileMode":384,"gid":7},
                         {"path":"/dev/bare","type":"c","major":1,"minor":5}],
          "mounts":[{"hostPath":"\(f.directory)/shown","containerPath":"/etc/shown","options":["ro","nosuid","bind"]}],
          "hooks":[\(hooks("createContainer", "poststart", "poststop")),
                   {"hookName":"startContainer","path":"/bin/sh","args":["sh","-c","cat >/dev/null; echo here >/tmp/begun"]}]}},
        {"name":"two","containerEdits":{"env":["TWO=2"]}}]}
        """, to: "cdi/vendor.json")
      let outcome = try f.apus(
        "run", "--rm", "-u", "1000:1000", "-e", "OWN=flag", "--device", "vendor.com/thing=one", "--device",
        "/dev/fuse:/dev/plain", "--device", "vendor.com/thing=two", "busybox", "sh", "-c",
        """
        ls -ln /dev/mine | awk '{print $1, $3, $4, $5, $6}'; head -c 2 /dev/bare | wc -c
        ls -ln /dev/bare | awk '{print $1, $3, $4}'
        echo "$ALL $ONE $TWO $OWN"; cat /etc/shown; echo; grep ' /etc/shown ' /proc/mounts | grep -c '[ ,]ro,'
        id -G; cat /tmp/begun; test -c /dev/plain && echo plain
        """)
      #expect(
        outcome.lines == [
          "crw------- 1000 7 1, 7", "2", "crw-rw-rw- 1000 1000", "1 1 2 spec", "shown", "1", "1000 4321",
          "here",
          "plain",
        ], "\(outcome)")
      // `poststop` is the runtime's last deed; the end of the program is told before it (spec/shim-protocol.md).
      try eventually("all hooks have run") {
        try f.shell("cat \(f.directory)/hooks").lines.sorted() == [
          "createContainer 1", "createRuntime 1", "poststart 1", "poststop 1", "prestart 1",
        ]
      }
      // What the file does not allow the cgroup refuses, also to root.
      let write = try f.apus(
        "run", "--rm", "--device", "vendor.com/thing=one", "busybox", "sh", "-c",
        "head -c 1 /dev/mine | wc -c; echo x 2>/dev/null >/dev/mine || echo refused")
      #expect(write.lines == ["1", "refused"], "\(write)")
      // The user's own mount at the same place wins, as docker has it.
      try f.write("user's", to: "other")
      let own = try f.apus(
        "run", "--rm", "-v", "\(f.directory)/other:/etc/shown", "--device", "vendor.com/thing=one", "busybox",
        "cat", "/etc/shown")
      #expect(own.out == "user's", "\(own)")
      try f.expectNothingLeft()
    }
  }

  @Test func whatCannotBeHadIsToldInALine() async throws {
    try await with { (f) async throws in
      func run(_ name: String) throws -> Outcome {
        try f.apus("run", "--device", name, "busybox", "true")
      }
      let directory = "\(f.directory)/cdi"
      try run("vendor.com/thing=x").expectFailure(
        125,
        "CDI device injection failed: unresolvable CDI devices vendor.com/thing=x: none is known in \(directory), "
      )
      try f.write(
        #"{\#(Self.head),"devices":[{"name":"b","containerEdits":{"env":["B=1"]}},{"name":"a","containerEdits":{"env":["A=1"]}}]}"#,
        to: "cdi/good.json")
      try run("vendor.com/thing=x").expectFailure(
        125, "vendor.com/thing=x: known are vendor.com/thing=a, vendor.com/thing=b in \(directory)")
      try f.write(#"{\#(Self.head),"devices":[]}"#, to: "cdi/run/bad.json")
      try f.write("kind: vendor.com/other\n", to: "cdi/run/other.yaml")
      try run("vendor.com/other=x").expectFailure(
        125,
        "; not read: \(directory)/run/bad.json: devices: there is none, one is needed; "
          + "\(directory)/run/other.yaml: cdiVersion: missing")
      try f.write(
        "cdiVersion: 0.6.0\nkind: vendor.com/plain\ndevices:\n- name: 0\n  containerEdits:\n    env: [Y=yes]\n",
        to: "cdi/plain.yaml")
      #expect(
        try f.apus("run", "--rm", "--device", "vendor.com/plain=0", "busybox", "sh", "-c", "echo $Y").out
          == "yes\n")
      #expect(
        try f.apus("run", "--rm", "--device", "vendor.com/thing=a", "busybox", "sh", "-c", "echo $A").out
          == "1\n", "broken files keep others alone")
      try f.write(
        #"{\#(Self.head),"devices":[{"name":"a","containerEdits":{"env":["A=2"]}}]}"#, to: "cdi/other.json")
      try run("vendor.com/thing=a").expectFailure(
        125,
        "conflicting device vendor.com/thing=a: it is in \(directory)/good.json and \(directory)/other.json")
      try run("vendor.com/thing=").expectFailure(
        125, "--device \"vendor.com/thing=\": it has no device name; a CDI device is vendor.com/class=name")
      try f.apus(
        "run", "--device", "vendor.com/thing=b", "busybox", "true",
        environment: ["APUS_CDI_DIRS": "relative"]
      ).expectFailure(125, "APUS_CDI_DIRS \"relative\": \"relative\" is not an absolute path")
      try f.write(
        #"{\#(Self.head),"devices":[{"name":"gone","containerEdits":{"mounts":[{"hostPath":"/nosuch","containerPath":"/x"}]}}]}"#,
        to: "cdi/run/bad.json")
      try run("vendor.com/thing=gone").expectFailure(
        125,
        "vendor.com/thing=gone of \(directory)/run/bad.json: mount \"/nosuch\": no such file or directory")
      try f.write(
        #"{\#(Self.head),"devices":[{"name":"gone","containerEdits":{"hooks":[{"hookName":"createRuntime","path":"/bin/false"}]}}]}"#,
        to: "cdi/run/bad.json")
      let failed = try run("vendor.com/thing=gone")
      #expect(failed.status == 125 && failed.complaint.contains("createRuntime"), "\(failed)")
      try f.expectNothingLeft()
    }
  }

  @Test func filesAreReadAtEachStart() async throws {
    try await with { (f) async throws in
      func write(_ value: String) throws {
        try f.write(
          #"{\#(Self.head),"devices":[{"name":"a","containerEdits":{"env":["A=\#(value)"]}}]}"#,
          to: "cdi/vendor.json")
      }
      // Whether there is such a device is the start's question, as docker has it.
      let id = try f.apus(
        "create", "--name", "late", "--gpus", "all", "--device", "vendor.com/thing=a", "busybox", "sh", "-c",
        "echo $A $G"
      ).succeeded().answer
      try f.apus("start", "-a", "late").expectFailure(
        125, "could not select device driver \"\" with capabilities: [[gpu]]")
      try f.write(
        #"{"cdiVersion":"0.7.0","kind":"nvidia.com/gpu","devices":[{"name":"all","containerEdits":{"env":["G=every"]}}]}"#,
        to: "cdi/run/gpu.json")
      try f.apus("start", "-a", "late").expectFailure(125, "unresolvable CDI devices vendor.com/thing=a")
      for value in ["1", "2"] {
        try write(value)
        #expect(try f.apus("start", "-a", "late").out == "\(value) every\n")
      }
      #expect(
        try f.inspect("json .HostConfig.DeviceRequests", of: id)
          == #"[{"Driver":"","Count":-1,"DeviceIDs":null,"Capabilities":[["gpu"]],"Options":{}},"#
          + #"{"Driver":"cdi","Count":0,"DeviceIDs":["vendor.com/thing=a"],"Capabilities":null,"Options":null}]"#
      )
      let plan = try f.apus(
        "run", "--dry-run", "--device", "vendor.com/thing=a", "busybox", "true"
      ).succeeded()
      #expect(plan.out.contains("\"A=2\""), "\(plan)")
      try f.apus("run", "--dry-run", "--device", "vendor.com/thing=z", "busybox", "true").expectFailure(
        125, "known are nvidia.com/gpu=all, vendor.com/thing=a")
      // The shim restarts from the bundle that is there.
      let restarted = try f.detached(
        ["--restart", "on-failure:2", "--device", "vendor.com/thing=a"], "sh", "-c", "echo $A; exit 3")
      try f.waitForEnd(of: restarted)
      #expect(try f.apus("logs", restarted).lines == ["2", "2", "2"])
    }
  }

  @Test func execHasTheDevicesGroups() async throws {
    try await with { (f) async throws in
      try f.write(
        #"{\#(Self.head),"devices":[{"name":"a","containerEdits":{"additionalGids":[77]}}]}"#,
        to: "cdi/v.json")
      let id = try f.sleeper("--device", "vendor.com/thing=a", "-u", "5:6")
      #expect(try f.apus("exec", id, "id", "-G").answer == "6 77")
      #expect(try f.apus("exec", "-u", "9:9", id, "id", "-G").answer == "9")
    }
  }

  @Test func infoTellsWhatThereIs() async throws {
    try await with { (f) async throws in
      let directory = "\(f.directory)/cdi"
      #expect(
        try f.apus("info").succeeded().out.contains(
          "\n CDI spec directories:\n  \(directory)\n  \(directory)/run\n Swarm: inactive\n"))
      try f.write(
        #"{\#(Self.head),"devices":[{"name":"a","containerEdits":{"env":["A=1"]}}]}"#, to: "cdi/v.json")
      try f.write("{", to: "cdi/run/bad.json")
      let info = try f.apus("info").succeeded()
      #expect(info.out.contains("\n Discovered Devices:\n  cdi: vendor.com/thing=a\n Swarm"), "\(info)")
      #expect(info.err.contains("WARNING: CDI: \(directory)/run/bad.json: line 1 column 2: "), "\(info)")
      #expect(
        try f.apus("info", "-f", "{{json .DiscoveredDevices}} {{.CDISpecDirs}}").answer
          == #"[{"Source":"cdi","ID":"vendor.com/thing=a"}] [\#(directory) \#(directory)/run]"#)
    }
  }
}
