internal import Addresses
package import JSONDocument
internal import Networks
internal import Options

/// How a container finds others by name.
package struct NameSettings: Codable, Sendable, Equatable {
  /// `--dns`.
  package var servers: [String] = []
  /// `--dns-search`.
  package var search: [String] = []
  /// `--dns-option`.
  package var options: [String] = []
  /// `--add-host`, each `name:address`.
  package var hosts: [String] = []

  /// The host's.
  package init() {}

  /// Whether resolv.conf is another than the host's.
  var changesResolver: Bool { !servers.isEmpty || !search.isEmpty || !options.isEmpty }

  /// `--add-host`'s lines; `host-gateway` has none where there is no gateway.
  func lines(gateway: IPAddress?) -> [HostsFile.Line] {
    hosts.compactMap { text in
      do throws(OptionError) {
        let host = try ExtraHost(text)
        return (host.address ?? gateway).map { HostsFile.Line($0, [host.name]) }
      } catch { return nil }
    }
  }
}

extension NameSettings: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    servers = try members.read("servers") ?? []
    search = try members.read("search") ?? []
    options = try members.read("options") ?? []
    hosts = try members.read("hosts") ?? []
  }

  /// What the database keeps.
  var document: JSONValue {
    [
      "servers": strings(servers), "search": strings(search), "options": strings(options),
      "hosts": strings(hosts),
    ]
  }
}
