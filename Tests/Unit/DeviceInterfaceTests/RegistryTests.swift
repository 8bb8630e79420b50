import DeviceInterface
import JSONDocument
import LinuxSystem
import OCIRuntimeSpec
import Options
import TestSupport
import Testing

@Suite("The devices that files of this host describe")
struct RegistryTests {
  private func with(
    _ files: [String: String], _ test: String = #function, _ body: (DeviceRegistry, String) throws -> Void
  ) throws {
    let directory = "\(Host.testRoot)/cdi-\(hexadecimal(try randomBytes(4)))"
    for name in ["static", "dynamic"] { try makeDirectories("\(directory)/\(name)") }
    defer { do { try removeTree(directory) } catch { Issue.record("\(error)") } }
    for (name, text) in files {
      let file = try openFile("\(directory)/\(name)", [.writeOnly, .create], mode: 0o644)
      try file.writeAll(text)
    }
    try body(DeviceRegistry(reading: ["\(directory)/static", "\(directory)/dynamic", "/nosuch"]), directory)
  }

  private func variables(_ registry: DeviceRegistry, _ names: String...) throws -> [String] {
    try registry.injection(of: names).environment
  }

  private func file(_ devices: String..., kind: String = "v.com/x", edits: String = "") -> String {
    let list = devices.map { #"{"name":"\#($0)","containerEdits":{"env":["D=\#($0)"]}}"# }
    return
      #"{"cdiVersion":"0.6.0","kind":"\#(kind)","containerEdits":{\#(edits)},"devices":[\#(list.joined(separator: ","))]}"#
  }

  @Test func aLaterDirectoryWins() throws {
    try with([
      "static/a.json": file("a", "b", edits: #""env":["F=static"]"#),
      "dynamic/z.json": file("b", edits: #""env":["F=dynamic"]"#),
    ]) { (registry, _) throws in
      #expect(registry.devices == ["v.com/x=a", "v.com/x=b"])
      #expect(registry.warnings == [])
      #expect(try variables(registry, "v.com/x=a") == ["F=static", "D=a"])
      #expect(try variables(registry, "v.com/x=b") == ["F=dynamic", "D=b"])
    }
  }

  @Test func oneDirectoryHasADeviceOnce() throws {
    try with(["static/a.json": file("a", "b"), "static/b.json": file("b", "c")]) {
      (registry, directory) throws in
      #expect(registry.devices == ["v.com/x=a", "v.com/x=c"])
      let words =
        "conflicting device v.com/x=b: it is in \(directory)/static/a.json and \(directory)/static/b.json"
      #expect(registry.warnings == [words])
      let error = #expect(throws: DeviceProblem.self) { try registry.injection(of: ["v.com/x=b"]) }
      #expect(error?.description == words)
    }
    try with(["static/a.json": file("a"), "static/b.json": file("a"), "dynamic/c.json": file("a")]) {
      (registry, _) throws in
      #expect(registry.devices == ["v.com/x=a"])
    }
  }

  @Test func theFilesEditsAreMadeOnce() throws {
    try with(["static/a.json": file("a", "b", edits: #""env":["F=1"]"#)]) { (registry, _) throws in
      #expect(try variables(registry, "v.com/x=a", "v.com/x=b") == ["F=1", "D=a", "D=b"])
    }
  }

  /// As nvidia-ctk writes it, and what YAML knows beside that.
  @Test func yamlSaysTheSameAsJSON() throws {
    let yaml = """
      ---
      cdiVersion: 0.7.0
      kind: "v.com/x"   # a remark
      containerEdits:
        env: &common
        - F=1
        - NUMBER=0x10
        mounts:
        - hostPath: /usr/lib/libx.so.1
          containerPath: /usr/lib/libx.so.1
          options: [ro, nosuid, bind]
      devices:
      - name: 0
        containerEdits:
          env: *common
          deviceNodes:
          - path: /dev/x0
            type: c
            major: 195
            minor: 0x0f
            fileMode: 0666
            uid: 7
            hostPath: ~
      - name: "true"
        containerEdits: {additionalGids: [5, 6], env: [A=no]}

      """
    let json = #"""
      {"cdiVersion":"0.7.0","kind":"v.com/x","containerEdits":{"env":["F=1","NUMBER=0x10"],"mounts":[
        {"hostPath":"/usr/lib/libx.so.1","containerPath":"/usr/lib/libx.so.1","options":["ro","nosuid","bind"]}]},
       "devices":[
        {"name":"0","containerEdits":{"env":["F=1","NUMBER=0x10"],"deviceNodes":[
          {"path":"/dev/x0","type":"c","major":195,"minor":15,"fileMode":438,"uid":7}]}},
        {"name":"true","containerEdits":{"additionalGids":[5,6],"env":["A=no"]}}]}
      """#
    #expect(
      try DeviceSpecification(Array(yaml.utf8), file: "a.yaml")
        == DeviceSpecification(Array(json.utf8), file: "a.json"))
  }

  @Test(arguments: [
    ("", "it is empty"), ("a: &x [*x]", "line 1 column"), ("a: 1\na: 2\n", "duplicated key(s): 'a'"),
    ("---\na: 1\n---\na: 2\n", "line 3 column 1: "), ("a: \"\u{7}\"", "control characters"),
    ("? [a]\n: b\n", "a key that is no text"), ("text", "expected"), ("kind: [", "line 2 column 1: "),
    ("cdiVersion: 0.6.0\nkind: v.com/x\ndevices:\n- name: a\n  colour: red\n", "devices[0].colour"),
  ])
  func brokenYAMLIsRefusedInOneLine(_ text: String, _ words: String) throws {
    let error = #expect(throws: DocumentError.self) {
      try DeviceSpecification(Array(text.utf8), file: "a.yaml")
    }
    let line = error?.description ?? ""
    #expect(line.hasPrefix("a.yaml: ") && line.contains(words) && !line.contains("\n"), "\(line)")
  }

  /// Aliases of aliases of aliases.
  @Test func whatGrowsWithoutEndIsRefused() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<9 {
      let list = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(list)]\n"
    }
    let error = #expect(throws: DocumentError.self) {
      try DeviceSpecification(Array(text.utf8), file: "a.yaml")
    }
    #expect(error?.description == "a.yaml: it has more than 1000000 values")
  }

  @Test func brokenFilesKeepOthersAlone() throws {
    try with([
      "static/a.json": "{", "static/b.json": file("a"), "static/c.yaml": "cdiVersion: [\n",
      "static/d.yaml": "\n " + file("json"), "static/e.txt": "x", "static/f.json.tmp": "{",
    ]) { (registry, directory) throws in
      try makeDirectory("\(directory)/static/dir.json")
      #expect(registry.devices == ["v.com/x=a", "v.com/x=json"])
      #expect(registry.problems.count == 2)
      #expect(registry.problems.first?.hasPrefix("\(directory)/static/a.json: line 1 column 2: ") == true)
      #expect(registry.problems.last?.hasPrefix("\(directory)/static/c.yaml: line 2 column 1: ") == true)
      let error = #expect(throws: DeviceProblem.self) { try registry.injection(of: ["v.com/x=n"]) }
      let text = error?.description ?? ""
      #expect(
        text.hasPrefix(
          "unresolvable CDI devices v.com/x=n: known are v.com/x=a, v.com/x=json in \(directory)/static, "))
      #expect(text.contains("; not read: \(directory)/static/a.json: line 1"))
      #expect(!text.contains("\n"))
    }
  }

  @Test func whatAFileNamesMustBeThere() throws {
    let edits: [(String, String)] = [
      (#""deviceNodes":[{"path":"/dev/nosuch"}]"#, #"device "/dev/nosuch": no such file or directory"#),
      (#""deviceNodes":[{"path":"/etc/passwd"}]"#, #"device "/etc/passwd": not a device node"#),
      (#""deviceNodes":[{"path":"/dev/null","type":"b"}]"#, "host type mismatch (b, c)"),
      (#""mounts":[{"hostPath":"/nosuch","containerPath":"/c"}]"#, #"mount "/nosuch": no such file"#),
      (#""hooks":[{"hookName":"poststop","path":"/nosuch"}]"#, #"hook "/nosuch": no such file"#),
    ]
    for (text, words) in edits {
      try with(["static/a.json": file("a", edits: text)]) { (registry, directory) throws in
        let error = #expect(throws: DeviceProblem.self) { try registry.injection(of: ["v.com/x=a"]) }
        let found = error?.description ?? ""
        #expect(
          found.hasPrefix("v.com/x=a of \(directory)/static/a.json: ") && found.contains(words), "\(found)")
      }
    }
  }

  @Test func nodesAndMountsAreCompleted() throws {
    let edits = """
      "deviceNodes":[{"path":"/dev//zero","hostPath":"/dev/null"},{"path":"/dev/one","type":"c","major":1,"minor":9,"permissions":"r"},
      {"path":"/dev/zero","permissions":"none","uid":4},{"path":"/dev/p","type":"p"}],
      "mounts":[{"hostPath":"/etc","containerPath":"/m"},{"hostPath":"/usr","containerPath":"/m/","options":["ro","rbind"]},
      {"hostPath":"tmpfs","containerPath":"/t","type":"tmpfs"}]
      """
    let text = file("a", edits: edits).replacing("0.6.0", with: "1.0.0")
    try with(["static/a.json": text]) { (registry, _) throws in
      let injection = try registry.injection(of: ["v.com/x=a"])
      #expect(
        injection.nodes == [
          .init(path: "/dev/one", type: .character, major: 1, minor: 9),
          .init(path: "/dev/zero", type: .character, major: 1, minor: 5, uid: 4),
          .init(path: "/dev/p", type: .fifo),
        ])
      #expect(
        injection.rules == [
          .init(allow: true, type: .character, major: 1, minor: 3, access: "rwm"),
          .init(allow: true, type: .character, major: 1, minor: 9, access: "r"),
        ])
      #expect(
        injection.mounts == [
          .init(destination: "/m", type: "bind", source: "/usr", options: ["ro", "rbind"]),
          .init(destination: "/t", type: "tmpfs", source: "tmpfs", options: []),
        ])
    }
  }

  @Test func directoriesAreNamedByAList() throws {
    #expect(try DeviceRegistry.directories(nil) == ["/etc/cdi", "/var/run/cdi"])
    #expect(try DeviceRegistry.directories("") == ["/etc/cdi", "/var/run/cdi"])
    #expect(try DeviceRegistry.directories("/a/../b:/c") == ["/b", "/c"])
    #expect(throws: OptionError.self) { try DeviceRegistry.directories("/a:b") }
  }

  @Test func gpusAreSomebodys() throws {
    func names(_ registry: DeviceRegistry, _ texts: String...) throws -> [String] {
      try registry.names(of: texts.map { try DeviceRequest(gpus: $0) })
    }
    try with([
      "static/n.json": file("0", kind: "nvidia.com/gpu"), "static/a.json": file("0", kind: "amd.com/gpu"),
    ]) {
      (registry, _) throws in
      #expect(try names(registry, "all") == ["nvidia.com/gpu=all"])
      #expect(try names(registry, "2", "1") == ["nvidia.com/gpu=0", "nvidia.com/gpu=1"])
      #expect(try names(registry, "\"device=GPU-1,v.com/x=y\"") == ["nvidia.com/gpu=GPU-1", "v.com/x=y"])
      #expect(try names(registry, "driver=amd") == ["amd.com/gpu=0"])
      #expect(try names(registry, "count=0") == [])
      #expect(try names(registry, "all,\"capabilities=compute,utility\"") == ["nvidia.com/gpu=all"])
      #expect(throws: DeviceProblem.self) { try names(registry, "capabilities=wings") }
      #expect(throws: DeviceProblem.self) { try names(registry, "driver=intel") }
    }
    try with(["static/a.json": file("0", kind: "amd.com/gpu")]) { (registry, _) throws in
      #expect(try names(registry, "all") == ["amd.com/gpu=all"])
      #expect(throws: DeviceProblem.self) { try names(registry, "capabilities=utility") }
    }
    try with(["static/nvidia.yaml": "kind: nvidia.com/gpu"]) { (registry, directory) throws in
      let error = #expect(throws: DeviceProblem.self) { try names(registry, "all") }
      let text = error?.description ?? ""
      #expect(
        text.hasPrefix(
          "could not select device driver \"\" with capabilities: [[gpu]]: no CDI file of nvidia.com or amd.com in "
        ))
      #expect(text.contains("not read: \(directory)/static/nvidia.yaml: cdiVersion: missing"))
    }
  }
}
