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
    let additions = Set(added.compactMap(\.capability))
    let removals = Set(dropped.compactMap(\.capability))
    let result: Set<Capability> =
      switch (added.contains(.all), dropped.contains(.all)) {
      case (true, _): known.subtracting(removals)
      case (false, true): additions
      case (false, false): Capability.defaults.subtracting(removals).union(additions)
      }
    return Capability.allCases.filter(result.contains)
  }
}

extension CapabilityOption {
  /// The one that is named; nil for `ALL`.
  package var capability: Capability? {
    if case .one(let capability) = self { capability } else { nil }
  }
}
