package import Addresses

/// A range from which networks without a `--subnet` are cut.
package struct AddressPool: Sendable, Equatable {
  package let range: IPNetwork
  /// How long a network's prefix is.
  package let prefixLength: Int

  package init?(_ range: IPNetwork, prefixLength: Int) {
    guard (range.prefixLength...range.family.bits).contains(prefixLength) else { return nil }
    self.range = range
    self.prefixLength = prefixLength
  }

  /// docker's: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in pieces of 4096 addresses (moby,
  /// daemon/libnetwork/ipamutils).
  package static let standard: [AddressPool] = [
    ("172.17.0.0/16", 16), ("172.18.0.0/16", 16), ("172.19.0.0/16", 16), ("172.20.0.0/14", 16),
    ("172.24.0.0/14", 16), ("172.28.0.0/14", 16), ("192.168.0.0/16", 20),
  ].compactMap { text, length in
    IPNetwork(text).flatMap { AddressPool($0, prefixLength: length) }
  }

  /// The first network of the pools that overlaps none of those given: the other networks', and where the host's routes
  /// lead. A default route leads everywhere and so says nothing.
  /// - Throws: `NetworkProblem` when there is none.
  package static func firstFree(
    of pools: [AddressPool] = standard, avoiding taken: [IPNetwork]
  ) throws(NetworkProblem) -> IPNetwork {
    let taken = taken.filter { $0.prefixLength > 0 }
    for pool in pools {
      var next: IPAddress? = pool.range.base
      while let base = next, pool.range.contains(base),
        let network = IPNetwork(containing: base, prefixLength: pool.prefixLength)
      {
        // Behind the last address of the widest obstacle there may be room again.
        let obstacles = taken.filter { $0.overlaps(network) }
        if obstacles.isEmpty { return network }
        let last = obstacles.map(\.last).reduce(network.last) { max($0, $1) }
        next = IPNetwork(containing: last, prefixLength: pool.prefixLength)?.last.advanced(by: 1)
      }
    }
    throw NetworkProblem("all predefined address pools have been fully subnetted")
  }

  /// A network of 64 bits for a network's IPv6 without a subnet of its own (RFC 4193): the host's 40 random bits, then
  /// the network's number.
  package static func uniqueLocal(host: UInt64, number: UInt16) -> IPNetwork? {
    let high = UInt128(0xfd) << 56 | UInt128(host & 0xff_ffff_ffff) << 16 | UInt128(number)
    return IPNetwork(containing: IPAddress(.v6, high << 64), prefixLength: 64)
  }
}
