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
  let links: [LinkRecord]
  /// By id: those of `links` that are members.
  let sources: [String: Source]

  /// A container's places.
  func places(of id: String) -> [Member] { members.filter { $0.endpoint.containerID == id } }

  /// What stands in a container's hosts file: its links by the names that the recipient gave them, on each network that
  /// both are on; then its neighbours, except on the network that is always there, as with docker.
  func lines(of id: String) -> [HostsFile.Line] {
    let own = Set(places(of: id).map(\.network.id))
    let neighbours = members.filter {
      own.contains($0.network.id) && $0.endpoint.containerID != id
        && $0.network.name != NetworkMode.bridge.rawValue
    }
    return linked(id).flatMap { link, source, place in
      place.endpoint.addresses.map {
        HostsFile.Line.link($0, alias: link.alias, hostname: source.hostname, name: place.name)
      }
    } + neighbours.flatMap { $0.endpoint.lines(name: $0.name) }
  }

  /// Exactly the sources' exposed ports, on networks that keep their containers apart; elsewhere nothing needs to be
  /// opened.
  func orders(of id: String) -> Set<LinkOrder> {
    let own = places(of: id)
    var orders: Set<LinkOrder> = []
    for (_, source, place) in linked(id) where !place.network.isOpen {
      for end in own where end.network.id == place.network.id {
        for recipient in end.endpoint.addresses {
          for address in place.endpoint.addresses where address.family == recipient.family {
            for port in source.ports { orders.insert(LinkOrder(from: recipient, to: address, port)) }
          }
        }
      }
    }
    return orders
  }

  /// Each source's places on networks of the recipient's.
  private func linked(_ id: String) -> [(LinkRecord, Source, Member)] {
    let own = Set(places(of: id).map(\.network.id))
    return links.filter { $0.recipient.id == id }.flatMap { link in
      guard let source = sources[link.source.id] else { return [(LinkRecord, Source, Member)]() }
      return places(of: link.source.id).filter { own.contains($0.network.id) }.map { (link, source, $0) }
    }
  }
}
