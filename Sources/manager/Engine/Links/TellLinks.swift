internal import Addresses
internal import Images
internal import JSONDocument
internal import LinuxSystem
internal import Networks
internal import OCIRuntimeSpec
internal import Options
internal import Store

extension ContainerEngine {
  /// Puts what a container is told of its sources into the environment of a start whose bundle is written. Before
  /// anybody is told of the start: a source that does not run ends it.
  /// - Throws: `.conflict` in docker's words when a source does not run.
  func tellLinks(_ record: ContainerRecord, _ settings: ContainerSettings) throws(EngineError) {
    guard settings.network.isNamed else { return }
    let links = try attempt { () throws(StoreError) in try store.links(ofRecipient: record.id) }
    guard !links.isEmpty else { return }
    var variables: [String] = []
    for link in links {
      guard let found = try self.variables(of: link, settings.linkVariables) else {
        throw EngineError(
          .conflict, "Cannot link to a non running container: /\(link.source.name) AS /\(link.name)")
      }
      variables += found
    }
    guard !variables.isEmpty else { return }
    let user = try user(settings.user, groups: settings.process.groups, of: record.id)
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    var configuration = try configuration(of: record.id)
    configuration.process?.env = ProcessEnvironment.compile(
      settings: variables + settings.environment, hostname: hostname, terminal: settings.terminal,
      home: user.home)
    try write(configuration.document, to: paths.bundle(record.id) + "/config.json")
  }

  /// What another process of a container is told of the sources that run now. docker refuses an `exec` when one does
  /// not; here what goes on in one container does not hinder the other.
  /// - Parameter id: the recipient's.
  func linkVariables(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> [String] {
    guard settings.network.isNamed else { return [] }
    var variables: [String] = []
    for link in try attempt({ () throws(StoreError) in try store.links(ofRecipient: id) }) {
      do throws(EngineError) { variables += try self.variables(of: link, settings.linkVariables) ?? [] } catch
      {
        // Taken off the network, or removed, since it started.
        guard error.kind == .conflict || error.kind == .notFound else { throw error }
      }
    }
    return variables
  }

  /// nil when the source does not run.
  private func variables(of link: LinkRecord, _ choice: LinkVariables) throws(EngineError) -> [String]? {
    let source = try find(link.source.id)
    guard try status(of: source).isRunning else { return nil }
    let address = try address(of: link)
    let settings = try settings(of: source)
    guard choice != .none else { return [] }
    return LinkEnvironment.compile(
      alias: link.alias, recipient: link.recipient.name,
      sourceEnvironment: choice == .all ? settings.environment : [], ports: settings.ports, address: address)
  }

  /// The source's, on the recipient's first network that it is on.
  private func address(of link: LinkRecord) throws(EngineError) -> IPAddress {
    let (own, its) = try attempt { () throws(StoreError) in
      (
        try store.endpoints(ofContainer: link.recipient.id).map(\.1.id),
        try store.endpoints(ofContainer: link.source.id).map(\.0).filter(\.isHeld)
      )
    }
    for network in own {
      if let endpoint = its.first(where: { $0.networkID == network }), let address = endpoint.addresses.first
      {
        return address
      }
    }
    throw EngineError(
      .conflict, "cannot link to container /\(link.source.name) AS /\(link.name): the two share no network")
  }
}

extension ContainerSettings {
  /// What it listens on.
  var ports: [ContainerPort] {
    exposedPorts.flatMap { text in
      do throws(OptionError) { return try ContainerPort.read(exposed: text) } catch { return [] }
    }
  }
}

extension EndpointRecord {
  /// IPv4's first.
  var addresses: [IPAddress] { [address4, address6].compactMap { $0.flatMap { IPAddress($0) } } }
}
