package import LinuxSystem

/// Where the programs under test, their helpers and their room on disk are.
package enum Host {
  /// The directory of the three executables: `APUS_BIN_DIR`, else the checkout's release build.
  package static var programs: String { Environment.value("APUS_BIN_DIR") ?? checkout + "/.build/release" }

  /// The static program that says what it sees from inside a container: `APUS_WITNESS`, else where hack/test puts it.
  package static var witness: String { Environment.value("APUS_WITNESS") ?? checkout + "/.build/witness" }

  /// The directory below which every test has its own: `APUS_TEST_ROOT`, else one for each process.
  package static var testRoot: String { Environment.value("APUS_TEST_ROOT") ?? "/tmp/apus-test.\(ownPID())" }

  /// Where each test's log goes: `APUS_TEST_LOGS`, else beside the tests.
  package static var logs: String { Environment.value("APUS_TEST_LOGS") ?? testRoot + "/logs" }

  /// The root of the source tree.
  package static var checkout: String {
    splitPath(splitPath(splitPath(#filePath).directory).directory).directory
  }

  /// The absolute path of one of ours, or of a program on PATH; nil when there is none.
  package static func findProgram(_ name: String) -> String? {
    if name.hasPrefix("/") { return Environment.isExecutableFile(name) ? name : nil }
    let path = Environment.value("PATH") ?? "/usr/bin:/bin"
    return Environment.findProgram(name, path: "\(programs):\(path):/usr/sbin:/sbin")
  }
}

extension Host {
  /// The mount points of the cgroup file systems, v1 and v2.
  package static func cgroupHierarchies() throws(SystemError) -> [String] {
    try readText("/proc/self/mountinfo").split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), fields[dash + 1].hasPrefix("cgroup") else { return nil }
      return String(fields[4])
    }
  }

  /// Whether there is cgroup v2 and nothing else.
  package static var isUnified: Bool {
    get throws(SystemError) {
      try readText("/proc/self/mountinfo").split(separator: "\n").allSatisfy { !$0.contains(" - cgroup ") }
    }
  }

  /// Whether the kernel's version is this one or a later one.
  package static func kernelIsAtLeast(_ major: Int, _ minor: Int) throws(SystemError) -> Bool {
    let numbers = try readText("/proc/sys/kernel/osrelease").split { !$0.isNumber }.prefix(2).compactMap {
      Int($0)
    }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (major, minor)
  }

  /// Whether systemd runs the machine (sd_booted(3)).
  package static var hasSystemd: Bool { fileExists("/run/systemd/system") }

  /// The directory of a cgroup in the hierarchy of a v1 controller, or in the v2 one where that has the controller.
  /// - Returns: nil when no hierarchy of this machine has it.
  package static func cgroup(_ controller: String, _ path: String) throws(SystemError) -> String? {
    for line in try readText("/proc/self/mountinfo").split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-") else { continue }
      let point = String(fields[4])
      if fields[dash + 1] == "cgroup", fields[dash + 3].split(separator: ",").contains(Substring(controller))
      {
        return point + path
      }
      if fields[dash + 1] == "cgroup2" {
        let controllers = try readText(point + "/cgroup.controllers").split { $0.isWhitespace }
        if controllers.contains(Substring(controller)) { return point + path }
      }
    }
    return nil
  }
}
