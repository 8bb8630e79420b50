/// Which host port a container's port gets that is published without a number.
package enum PortWalk {
  /// From where they are taken; docker's first releases began here, too.
  package static let standard: ClosedRange<UInt16> = 49000...49900

  /// The numbers to try, in their order: the one the port had before, then the range from the lowest on. The kernel's
  /// reserved ports are left out.
  /// - Parameter previous: outside of the range it counts as none.
  package static func candidates(
    in range: ClosedRange<UInt16> = standard, reserved: [ClosedRange<UInt16>] = [], previous: UInt16? = nil
  ) -> [UInt16] {
    let free = range.filter { port in !reserved.contains { $0.contains(port) } }
    guard let previous, free.contains(previous) else { return free }
    return [previous] + free.filter { $0 != previous }
  }

  /// Reads what the kernel keeps from automatic choice: `8080,9148-9150` (/proc/sys/net/ipv4/ip_local_reserved_ports).
  /// What is no range is passed over.
  package static func reserved(_ text: String) -> [ClosedRange<UInt16>] {
    text.split { $0 == "," || $0 == "\n" }.compactMap { part in
      let ends = part.split(separator: "-").compactMap { UInt16($0) }
      guard let low = ends.first, let high = ends.last, low <= high else { return nil }
      return low...high
    }
  }
}
