/// The capabilities of a container: the defaults with what is added and dropped.
package struct CapabilitySelection: Hashable, Sendable {
  /// What `--cap-add` says.
  package var added: [CapabilityOption]
  /// What `--cap-drop` says.
  package var dropped: [CapabilityOption]

  /// Makes a selection.
  package init(added: [CapabilityOption] = [], dropped: [CapabilityOption] = []) {
    self.added = added
    self.dropped = dropped
  }

  /// The result in the order of the numbers (moby, daemon/pkg/oci/caps, TweakCapabilities): dropping takes from the
  /// defaults, adding comes after it; with `ALL` added what is dropped goes, with `ALL` dropped what is added stays.
  /// - Parameter known: what the kernel has; `ALL` means these.
  package func result(known: Set<Capability>) -> [Capability] {
    let (additions, removals) = (added.compactMap(\.capability), dropped.compactMap(\.capability))
    return switch (added.contains(.all), dropped.contains(.all)) {
    case (true, _): Capability.allCases.filter { known.contains($0) && !removals.contains($0) }
    case (false, true): Capability.allCases.filter { additions.contains($0) }
    case (false, false):
      Capability.allCases.filter {
        Capability.defaultList.contains($0) && !removals.contains($0) || additions.contains($0)
      }
    }
  }
}

extension CapabilityOption {
  /// The one that is named; nil for `ALL`.
  package var capability: Capability? {
    if case .one(let capability) = self { capability } else { nil }
  }
}
