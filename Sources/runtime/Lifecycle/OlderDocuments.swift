internal import OCIRuntimeSpec

// Where a document of an older version of the specification means something else than one of today.

extension RuntimeSpec {
  /// The resources of this document, or of an update of its container, as the specification of today puts them.
  ///
  /// Before 1.3 a `pids.limit` of 0 was no limit, by the specification and crun, or not looked at (runc). Engines of that time
  /// write it for none: podman does for `--pids-limit -1`, and would have a program that cannot start another.
  func asOfToday(_ resources: Linux.Resources) -> Linux.Resources {
    guard resources.pids?.limit == 0, isOlder(thanMinor: 3) else { return resources }
    var resources = resources
    resources.pids?.limit = -1
    return resources
  }

  /// By `1.MINOR.PATCH`, which the rules have checked.
  private func isOlder(thanMinor minor: Int) -> Bool {
    let numbers = ociVersion.split(separator: ".", maxSplits: 2)
    return numbers.count > 1 && Int(numbers[1]).map { $0 < minor } ?? false
  }
}
