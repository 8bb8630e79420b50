internal import Addresses
internal import NetworkProtocol
internal import Networks
internal import Options
internal import Store

/// Who is on which network at one moment, and who is linked to whom: what hosts files and openings between containers
/// that are kept apart are compiled from.
struct Neighbourhood {
  /// A container's place on a network; it runs, or is about to.
  struct Member {
    let network: NetworkRecord
    let endpoint: EndpointRecord
    /// The container's.
    let name: String
  }

  /// A container that others are linked to.
  struct Source {
    let hostname: String
    let ports: [ContainerPort]
  }

  let members: [Member]
  private let placesByContainer: [String: [Member]]
  private let linksByRecipient: [String: [LinkRecord]]
  private let sources: [String: Source]

  /// - Parameter sources: by id; those of `links` that are members.
  init(members: [Member], links: [LinkRecord], sources: [String: Source]) {
    self.members = members
    placesByContainer = Dictionary(grouping: members) { $0.endpoint.containerID }
    linksByRecipient = Dictionary(grouping: links) { $0.recipient.id }
    self.sources = sources
  }

  /// Those that have links to others, whether they run or not.
  var recipients: Set<String> { Set(linksByRecipient.keys) }

  /// A container's places.
  func places(of id: String) -> [Member] { placesByContainer[id] ?? [] }

  /// What stands in a container's hosts file: its links, then its neighbours, except on the network that is always
  /// there, as with docker.
  func lines(of id: String) -> [HostsFile.Line] {
    let own = Set(places(of: id).map(\.network.id))
    let neighbours = members.filter {
      own.contains($0.network.id) && $0.endpoint.containerID != id
        && $0.network.name != NetworkMode.bridge.rawValue
    }
    return linkLines(of: id)
      + neighbours.flatMap { $0.endpoint.lines(name: $0.name, network: $0.network.name) }
  }

  /// Each source by the name that the recipient gave it, on each network that both are on.
  private func linkLines(of id: String) -> [HostsFile.Line] {
    linked(id).flatMap { link, source, place in
      place.endpoint.addresses.map {
        HostsFile.Line.link($0, alias: link.alias, hostname: source.hostname, name: place.name)
      }
    }
  }

  /// Exactly the sources' exposed ports, on networks that keep their containers apart; elsewhere nothing needs to be
  /// opened.
  func openings(of id: String) -> Set<LinkOrder> {
    var openings: Set<LinkOrder> = []
    for (_, source, place) in linked(id) where !place.network.isOpen {
      for end in places(of: id) where end.network.id == place.network.id {
        for recipient in end.endpoint.addresses {
          for address in place.endpoint.addresses where address.family == recipient.family {
            for port in source.ports { openings.insert(LinkOrder(from: recipient, to: address, port)) }
          }
        }
      }
    }
    return openings
  }

  /// All that a recipient is told of its links, as text that can be compared.
  func linkText(of id: String) -> String {
    linkLines(of: id).map(\.text).joined()
      + openings(of: id).map { "\($0.recipient) \($0.source) \($0.port)\n" }.sorted().joined()
  }

  /// Each source's places on networks of the recipient's.
  private func linked(_ id: String) -> [(LinkRecord, Source, Member)] {
    guard let links = linksByRecipient[id] else { return [] }
    let own = Set(places(of: id).map(\.network.id))
    return links.flatMap { link in
      guard let source = sources[link.source.id] else { return [(LinkRecord, Source, Member)]() }
      return places(of: link.source.id).filter { own.contains($0.network.id) }.map { (link, source, $0) }
    }
  }
}
