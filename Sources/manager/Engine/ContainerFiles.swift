internal import Images
internal import LinuxSystem
internal import Options
internal import Store

extension ContainerEngine {
  /// Fills a container's new directory: the bundle with its mount point, the writable layer, the files for /etc.
  func writeFiles(of id: String, _ settings: ContainerSettings) throws(EngineError) {
    do throws(SystemError) {
      let bundle = paths.bundle(id)
      for path in [bundle, paths.rootFileSystem(id), paths.work(id)] {
        try LinuxSystem.makeDirectory(path, mode: 0o700)
      }
      try makeUpper(paths.upper(id), like: settings.layers.last.map(paths.layerTree))
      let hostname = try hostname(of: settings)
      try writeFile(id, "hostname", Array(NetworkFiles.hostname(hostname).utf8))
      try writeFile(id, "hosts", try hosts(settings, hostname))
      try writeFile(id, "resolv.conf", try contentIfThere("/etc/resolv.conf"))
    } catch { throw EngineError("make container", error) }
  }

  /// The name inside, which with the host's network is the host's unless one was given.
  func hostname(of settings: ContainerSettings) throws(SystemError) -> String {
    if let hostname = settings.hostname { return hostname }
    return try readText("/proc/sys/kernel/hostname")
  }

  /// The container's `/` has the owner and mode of this directory, not those of the image's, so they are copied.
  private func makeUpper(_ path: String, like top: String?) throws(SystemError) {
    try LinuxSystem.makeDirectory(path, mode: 0o755)
    guard let top else { return }
    let model = try fileStatus(top)
    let upper = try openFile(path, [.readOnly, .directory])
    try setOwner(upper, userID: model.userID, groupID: model.groupID)
    try setPermissions(path, model.permissions)
  }

  private func hosts(_ settings: ContainerSettings, _ hostname: String) throws(SystemError) -> [UInt8] {
    switch settings.network {
    case .none:
      // The full name first, as hosts(5) has it.
      let names = settings.isolation.domainname.map { "\(hostname).\($0) \(hostname)" } ?? hostname
      return Array(NetworkFiles.hosts(hostname: names).utf8)
    case .host: return try contentIfThere("/etc/hosts")
    }
  }

  /// Nothing where the host has no such file.
  private func contentIfThere(_ path: String) throws(SystemError) -> [UInt8] {
    do throws(SystemError) { return try readFile(path, limit: 1 << 20) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return []
    }
  }

  /// World-readable whatever the umask: the container's users must be able to read it.
  private func writeFile(_ id: String, _ name: String, _ bytes: [UInt8]) throws(SystemError) {
    let path = paths.networkFile(id, name)
    let file = try openFile(path, [.writeOnly, .create, .truncate, .noFollow], mode: 0o644)
    do throws(SystemError) { try file.writeAll(bytes) } catch {
      throw SystemError("write", code: error.code, subject: path)
    }
    try setPermissions(path, 0o644)
  }
}
