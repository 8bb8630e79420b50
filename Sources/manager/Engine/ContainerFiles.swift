internal import Addresses
internal import Images
internal import LinuxSystem
internal import NetworkProtocol
internal import Networks
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
      try writeFile(id, "resolv.conf", try resolverFile(settings))
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
    case .none, .named: return Array(hostsFile(settings, hostname, endpoints: []).utf8)
    case .host:
      let added = settings.names.lines(gateway: IPAddress(.v4, 0x7f00_0001))
      return try contentIfThere("/etc/hosts") + Array(added.map(\.text).joined().utf8)
    // It has the other one's.
    case .container: return []
    }
  }

  /// What the container's /etc/hosts says while it has these addresses.
  func hostsFile(
    _ settings: ContainerSettings, _ hostname: String, endpoints: [(EndpointRecord, NetworkRecord)]
  ) -> String {
    let own = endpoints.flatMap {
      [$0.0.address4, $0.0.address6].compactMap { $0.flatMap { IPAddress($0) } }
    }
    return HostsFile.content(
      hostname: hostname, domain: settings.isolation.domainname, own: own,
      added: settings.names.lines(gateway: endpoints.first.flatMap { $0.1.order?.subnets.first?.gateway }))
  }

  /// What it asks others by; the host's own loopback is not the container's.
  private func resolverFile(_ settings: ContainerSettings) throws(SystemError) -> [UInt8] {
    if case .container = settings.network { return [] }
    let host = try contentIfThere("/etc/resolv.conf")
    guard settings.names.changesResolver || settings.network.isNamed else { return host }
    var text = String(decoding: host, as: UTF8.self)
    // systemd-resolved's stub is the host's; behind it stands this one (moby, libnetwork/resolvconf: alternatePath).
    if settings.network.isNamed, ResolverFile.servers(in: text) == ["127.0.0.53"] {
      let real = try contentIfThere("/run/systemd/resolve/resolv.conf")
      if !real.isEmpty { text = String(decoding: real, as: UTF8.self) }
    }
    return Array(
      ResolverFile.content(
        host: text, servers: settings.names.servers, search: settings.names.search,
        options: settings.names.options, isApart: settings.network.isNamed
      ).utf8)
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
