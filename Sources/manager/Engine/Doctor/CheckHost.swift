internal import LinuxSystem
internal import ShimProtocol
package import Store

/// Looks at everything that containers need of the host, and changes nothing.
package struct CheckHost {
  let paths: StorePaths
  let programs: Programs

  /// Looks at the host of these roots and programs.
  package init(paths: StorePaths, programs: Programs) { (self.paths, self.programs) = (paths, programs) }

  /// Every finding, in the order in which a person would look.
  package func findings() -> [HostFinding] {
    [kernel()] + NamespaceKind.allCases.map(namespace)
      + [subordinateIDs(), cgroups(), overlay(), netfilter(), forwarding(), seccomp(), securityModules()]
      + networks() + limits() + [shim(), runtime()] + state()
  }

  private func kernel() -> HostFinding {
    text("/proc/sys/kernel/osrelease").map(HostFinding.kernel)
      ?? HostFinding("kernel", .fail, "no /proc", advice: "mount proc on /proc")
  }

  private func namespace(_ kind: NamespaceKind) -> HostFinding {
    let subject = "namespace \(kind.rawValue)"
    do throws(SystemError) {
      try probeNamespace(kind)
      return HostFinding(subject, .ok, "can be made")
    } catch {
      // Only who asks for it needs one of these.
      let verdict: HostFinding.Verdict = kind == .user || kind == .time ? .warn : .fail
      let advice =
        error.code == ErrorCode.notPermitted
        ? "run as root, with CAP_SYS_ADMIN, and outside of a seccomp filter that forbids it"
        : "see /proc/sys/user/max_\(kind.procName)_namespaces and the kernel's configuration"
      return HostFinding(subject, verdict, error.reason, advice: advice)
    }
  }

  private func subordinateIDs() -> HostFinding {
    let there = ["/etc/subuid", "/etc/subgid"].filter { text($0)?.isEmpty == false }
    return HostFinding(
      "subordinate ids", .ok,
      there.count == 2
        ? "/etc/subuid and /etc/subgid have entries" : "no entries; only users without privileges need them")
  }

  private func cgroups() -> HostFinding {
    let top = "/sys/fs/cgroup"
    if let unified = text("\(top)/cgroup.controllers") {
      return HostFinding.cgroups(layout: "v2", controllers: Set(words(unified)))
    }
    let lines = (text("/proc/cgroups") ?? "").split(separator: "\n").map {
      $0.split(whereSeparator: \.isWhitespace)
    }
    let enabled = lines.filter { $0.count == 4 && $0[3] == "1" && fileExists("\(top)/\($0[0])") }
    return HostFinding.cgroups(
      layout: fileExists("\(top)/unified") ? "v1 and v2 (hybrid)" : "v1",
      controllers: Set(enabled.map { String($0[0]) }))
  }

  private func overlay() -> HostFinding {
    do throws(SystemError) {
      try probeOverlay()
      return HostFinding("overlayfs", .ok, "can be mounted")
    } catch {
      return HostFinding("overlayfs", .fail, "\(error)", advice: "modprobe overlay; run as root")
    }
  }

  private func netfilter() -> HostFinding {
    do throws(SystemError) {
      try probeNetfilterTables()
      return HostFinding("nftables", .ok, "answers")
    } catch {
      return HostFinding(
        "nftables", .warn, error.reason, advice: "modprobe nf_tables; published ports and bridges need it")
    }
  }

  private func forwarding() -> HostFinding {
    text("/proc/sys/net/ipv4/ip_forward") == "1"
      ? HostFinding("forwarding", .ok, "on")
      : HostFinding(
        "forwarding", .warn, "off", advice: "sysctl -w net.ipv4.ip_forward=1; containers on a bridge need it")
  }

  private func seccomp() -> HostFinding {
    let file = "/proc/sys/kernel/seccomp/actions_avail"
    return text(file).map { HostFinding("seccomp", .ok, $0) }
      ?? HostFinding(
        "seccomp", .fail, "not in this kernel", advice: "a kernel with CONFIG_SECCOMP_FILTER is needed")
  }

  private func securityModules() -> HostFinding {
    var found: [String] = []
    if text("/sys/module/apparmor/parameters/enabled") == "Y" { found.append("AppArmor is on") }
    if let mode = text("/sys/fs/selinux/enforce") {
      found.append("SELinux is \(mode == "1" ? "enforcing" : "permissive")")
    }
    return HostFinding("security modules", .ok, found.isEmpty ? "none" : found.joined(separator: ", "))
  }

  private func limits() -> [HostFinding] {
    var found: [HostFinding] = []
    do throws(SystemError) {
      let files = try resourceLimit(.openFiles)
      found.append(
        .limit("open files", files.hard, atLeast: 4096, advice: "raise LimitNOFILE, or ulimit -Hn"))
    } catch { found.append(HostFinding("open files", .warn, "\(error)")) }
    for (name, needed) in [("instances", UInt64(128)), ("watches", 8192)] {
      let key = "max_user_\(name)"
      guard let value = text("/proc/sys/fs/inotify/\(key)").flatMap({ UInt64($0) }) else { continue }
      found.append(
        .limit("inotify \(name)", value, atLeast: needed, advice: "sysctl -w fs.inotify.\(key)=\(needed)"))
    }
    return found
  }

  private func shim() -> HostFinding {
    program("shim") { () throws(EngineError) in try programs.shim() }
  }

  private func runtime() -> HostFinding {
    program("runtime") { () throws(EngineError) in try programs.runtime() }
  }

  private func program(_ subject: String, _ find: () throws(EngineError) -> String) -> HostFinding {
    do throws(EngineError) {
      let path = try find()
      let version = try attempt("ask \(path)") { () throws(SystemError) in try firstLine(path, ["--version"])
      }
      return version.isEmpty
        ? HostFinding(subject, .fail, "\(path) does not tell its version", advice: "install it anew")
        : HostFinding(subject, .ok, "\(path) (\(version))")
    } catch {
      return HostFinding(subject, .fail, error.message, advice: "install the three programs side by side")
    }
  }

  private func firstLine(_ program: String, _ arguments: [String]) throws(SystemError) -> String {
    let process: ProcessHandle
    let output: OwnedDescriptor
    do {
      let pipe = try makePipe()
      var plan = SpawnPlan(program, arguments)
      plan.descriptors = [(1, pipe.second.raw)]
      process = try spawn(plan)
      output = pipe.first
    }
    let bytes = try output.readChunk(limit: 4096)
    _ = try process.wait()
    return String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
  }

  /// What is below the roots, where they are there.
  private func state() -> [HostFinding] {
    // The nearest directory that is there: a root is made by the first command that needs it.
    var place = paths.root
    while !fileExists(place), place != "/" { place = splitPath(place).directory }
    var found: [HostFinding] = []
    do throws(SystemError) {
      let directory = try openFile(place, [.readOnly, .directory])
      let space = try fileSystemSpace(of: directory)
      found.append(
        .fileSystem(
          place, magic: try fileSystemType(of: directory), tellsKinds: try tellsKinds(ofEntriesIn: place)))
      found.append(.space(place, freeBytes: space.freeBytes, allBytes: space.allBytes))
    } catch { found.append(HostFinding("state", .fail, "\(error)", advice: "give another --root")) }
    do throws(EngineError) {
      guard let engine = try ContainerEngine(existing: paths, programs: programs) else {
        return found + [HostFinding("state", .ok, "nothing at \(paths.root) yet"), bootUnit(waiting: 0)]
      }
      found.append(.leftovers(try engine.leftovers()))
      found.append(bootUnit(waiting: try engine.countWaitingForBoot()))
    } catch { found.append(HostFinding("state", .fail, error.message)) }
    return found
  }

  private func bootUnit(waiting: Int) -> HostFinding {
    let places = [
      "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
      "/usr/lib/systemd/system",
    ]
    guard let unit = places.map({ "\($0)/apus.service" }).first(where: { fileExists($0) }) else {
      return .bootUnit(nil, program: nil, waiting: waiting)
    }
    let line = (text(unit) ?? "").split(separator: "\n").first { $0.hasPrefix("ExecStart=") }
    let command = line?.dropFirst("ExecStart=".count).drop { "-@:+!".contains($0) }
    guard let name = command?.split(separator: " ").first.map(String.init) else {
      return .bootUnit(unit, program: nil, waiting: waiting)
    }
    // systemd looks in its own fixed directories, whatever PATH says (systemd.exec(5)).
    let search = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
    let isThere =
      name.hasPrefix("/")
      ? Environment.isExecutableFile(name) : Environment.findProgram(name, path: search) != nil
    return .bootUnit(unit, program: (name, isThere), waiting: waiting)
  }

  /// A small file without its last line end; nil when it cannot be read.
  private func text(_ path: String) -> String? {
    do throws(SystemError) { return try readText(path) } catch { return nil }
  }

  private func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}

extension ContainerEngine {
  /// What a sweep would take away, a line each; nothing is locked or touched.
  func leftovers() throws(EngineError) -> [String] {
    let known = Set(try attempt { () throws(StoreError) in try store.containers() }.map(\.id))
    return try attempt("look for leftovers") { () throws(SystemError) in
      var found: [String] = []
      for id in try listDirectory(paths.containers) where id.utf8.count == 64 && !known.contains(id) {
        if try !isLocked(paths.containerDirectory(id)) { found.append(paths.containerDirectory(id)) }
      }
      for id in try listDirectory(paths.shims) where id.utf8.count == 64 && !known.contains(id) {
        if try !isLocked(paths.shimLock(id)), !fileExists(paths.containerDirectory(id)) {
          found.append(paths.shimDirectory(id))
        }
      }
      for name in try listDirectory(paths.temporary) where try !isLocked("\(paths.temporary)/\(name)") {
        found.append("\(paths.temporary)/\(name)")
      }
      return found
    }
  }

  /// How many containers the boot unit would start.
  func countWaitingForBoot() throws(EngineError) -> Int {
    var count = 0
    for record in try attempt({ () throws(StoreError) in try store.containers() }) {
      if try settings(of: record).restart.startsAtBoot(stoppedByUser: record.stoppedByUser) { count += 1 }
    }
    return count
  }
}
