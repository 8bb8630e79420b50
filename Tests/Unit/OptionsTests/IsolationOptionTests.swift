import Options
import Testing

@Suite("The flags that isolate")
struct IsolationOptionTests {
  @Test(
    arguments: [
      ("/dev/fuse", "/dev/fuse:/dev/fuse:rwm"), ("/dev/fuse:r", "/dev/fuse:/dev/fuse:r"),
      ("/dev/sda:/dev/xvda", "/dev/sda:/dev/xvda:rwm"), ("/dev/sda:/dev/xvda:rw", "/dev/sda:/dev/xvda:rw"),
      ("/dev/snd/", "/dev/snd:/dev/snd:rwm"),
    ]) func aDeviceIsRead(_ text: String, _ raw: String) throws
  {
    #expect(try DeviceMapping(text).rawValue == raw)
    #expect(try DeviceMapping(rawValue: raw) == DeviceMapping(text))
  }

  @Test(
    arguments: [
      ("fuse", "not an absolute path"), ("/dev/a:b", "not an absolute path"),
      ("/dev/a:/b:x", "bad mode specified: x"),
      ("/dev/a:/b:rr", "bad mode"), ("/a:/b:r:w", "bad format"), ("", "not an absolute path"),
      ("vendor.com/gpu=all", "not an absolute path"), ("/dev/a:", "not an absolute path"),
    ]) func aSpoiledDeviceIsRefused(_ text: String, _ words: String)
  {
    let error = #expect(throws: OptionError.self) { try DeviceMapping(text) }
    #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
  }

  @Test func aRuleOfDevicesIsRead() throws {
    let rule = try DeviceRule("c 42:* rmw")
    #expect(rule.major == 42)
    #expect(rule.minor == nil)
    #expect(rule.rawValue == "c 42:* rmw")
    #expect(DeviceRule(rawValue: "a *:* r")?.major == nil)
    for text in ["", "c 42:*", "d 1:2 r", "c 1 r", "c 1:2 x", "c 1:2 rrr", "c x:1 r", "c 1:-2 r", "c 1:2  r"]
    {
      #expect(throws: OptionError.self, "\(text)") { try DeviceRule(text) }
    }
  }

  @Test func aKernelParameterIsOneOfANamespace() throws {
    #expect(try SysctlAssignment("net.core.somaxconn=1=2").value == "1=2")
    #expect(SysctlAssignment.namespace(of: "kernel.shmmax") == .ipc)
    for text in [
      "kernel.hostname=x", "vm.swappiness=1", "net", "=1", "net/core/x=1", "net..x=1", "kernel.shm=1",
    ] {
      #expect(throws: OptionError.self, "\(text)") { try SysctlAssignment(text) }
    }
    let error = #expect(throws: OptionError.self) { try SysctlAssignment("vm.swappiness=1") }
    #expect(error?.problem.hasPrefix("sysctl 'vm.swappiness' is not allowed") == true)
  }

  @Test func eachNamespaceHasItsModes() throws {
    let good: [(NamespaceMode.Flag, String, NamespaceMode)] = [
      (.pid, "", .own), (.pid, "host", .host), (.pid, "private", .own),
      (.pid, "container:web", .container("web")),
      (.ipc, "none", .none), (.ipc, "shareable", .shareable), (.ipc, "private", .own), (.uts, "host", .host),
      (.userns, "host", .host), (.cgroupns, "private", .own), (.cgroupns, "host", .host),
    ]
    for (flag, text, mode) in good {
      #expect(try NamespaceMode(text, flag: flag) == mode)
      #expect(NamespaceMode(rawValue: mode.rawValue) == mode)
    }
    let bad: [(NamespaceMode.Flag, String)] = [
      (.pid, "shareable"), (.pid, "container:"), (.ipc, "x"), (.uts, "private"), (.uts, "container:a"),
      (.userns, "keep-id"), (.userns, "auto"), (.cgroupns, "container:a"),
    ]
    for (flag, text) in bad {
      #expect(throws: OptionError.self, "\(text)") { try NamespaceMode(text, flag: flag) }
    }
    #expect(
      throws: OptionError("--pid", "x", "invalid PID mode; expected host, private or container:NAME")
    ) { try NamespaceMode("x", flag: .pid) }
  }

  @Test(
    arguments: [
      ("no-new-privileges", .noNewPrivileges(true)), ("no-new-privileges:true", .noNewPrivileges(true)),
      ("no-new-privileges=false", .noNewPrivileges(false)), ("seccomp=unconfined", .seccompUnconfined),
      ("seccomp:unconfined", .seccompUnconfined), ("seccomp=builtin", .seccompBuiltin),
      ("seccomp=/a=b.json", .seccomp(path: "/a=b.json")), ("apparmor=unconfined", .apparmor("unconfined")),
      ("label=disable", .labelDisable), ("label:disable", .labelDisable),
      ("systempaths=unconfined", .systemPathsUnconfined), ("writable-cgroups=true", .writableCgroups(true)),
    ] as [(String, SecurityOption)]) func aSecurityOptionIsRead(_ text: String, _ option: SecurityOption)
    throws
  {
    #expect(try SecurityOption(text) == option)
  }

  @Test(arguments: [
    "", "x", "no-new-privileges=x", "seccomp=", "seccomp", "apparmor=", "systempaths=x", "label=user:x",
  ])
  func anotherSecurityOptionIsRefused(_ text: String) {
    #expect(throws: OptionError.self) { try SecurityOption(text) }
  }

  @Test func aPlatformIsRead() throws {
    let table = [
      ("linux", "linux"), ("linux/amd64", "linux/amd64"), ("linux/x86_64", "linux/amd64"),
      ("arm64", "linux/arm64"),
      ("linux/arm/v7", "linux/arm/v7"), ("Linux/AArch64", "linux/arm64"),
    ]
    for (text, platform) in table { #expect(try Platform(text).text == platform) }
    for text in ["", "windows/amd64", "linux/", "a/b/c/d", "linux/a b"] {
      #expect(throws: OptionError.self, "\(text)") { try Platform(text) }
    }
  }

  @Test func theSmallOnesAreRead() throws {
    #expect(try FileModeMask("0022").bits == 0o22)
    #expect(try FileModeMask("77").bits == 0o77)
    for text in ["", "8", "01000", "-1", "x"] { #expect(throws: OptionError.self) { try FileModeMask(text) } }
    #expect(try TimeZoneName("Europe/Berlin").file == "/usr/share/zoneinfo/Europe/Berlin")
    #expect(try TimeZoneName("Etc/GMT+1").text == "Etc/GMT+1")
    #expect(try TimeZoneName("local").file == "/etc/localtime")
    for text in ["", "../x", "/etc/passwd", "a//b", "a b"] {
      #expect(throws: OptionError.self) { try TimeZoneName(text) }
    }
    #expect(try PullPolicy(option: "missing") == .missing)
    #expect(
      throws: OptionError("--pull", "x", "invalid pull option: must be one of always, missing, never")
    ) { try PullPolicy(option: "x") }
    #expect(throws: OptionError.self) { try PullPolicy(option: "always") }
    let labels = try LabelFile(Array("\u{feff}a=1\n# b\n\nc\n".utf8), path: "f").labels
    #expect(labels.map(\.key) == ["a", "c"])
    #expect(labels.map(\.value) == ["1", ""])
    #expect(throws: OptionError("--label-file", "f", "line 1: label \"a b\" contains a space")) {
      try LabelFile(Array("a b=1".utf8), path: "f")
    }
  }
}
