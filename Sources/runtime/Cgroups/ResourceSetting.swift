/// One limit of the document, with what it means on each version of cgroups: the single table that plans and
/// refusals are read from.
struct ResourceSetting {
  /// The JSON path.
  let path: String
  /// The controller on v1; nil for what only v2 has.
  let controller: String?
  /// The controller on v2; nil for files that every v2 cgroup has.
  let unifiedController: String?
  /// nil where v1 has no such thing.
  let v1: [CgroupStep]?
  /// nil where v2 has no such thing.
  let v2: [CgroupStep]?

  /// A limit whose controller has the same name on both versions unless `unified` says otherwise.
  init(
    _ path: String, _ controller: String, unified: String? = nil, v1: [CgroupStep]?, v2: [CgroupStep]?
  ) {
    self.path = path
    self.controller = controller
    unifiedController = unified ?? controller
    self.v1 = v1
    self.v2 = v2
  }

  /// A value for a file of v2 alone.
  init(_ path: String, unified controller: String?, v2: [CgroupStep]) {
    self.path = path
    self.controller = nil
    unifiedController = controller
    v1 = nil
    self.v2 = v2
  }

  /// Where a setting goes.
  enum Place: Equatable {
    /// The hierarchy's index in the layout.
    case hierarchy(Int, [CgroupStep])
    /// The version of cgroups in use has no such thing.
    case unsupported(String)
    /// It has, but not on this machine.
    case missing(String)
  }

  /// A controller belongs to one hierarchy at a time; v1 is asked first, since a controller mounted there is not
  /// offered by the unified tree.
  func place(in layout: CgroupLayout) -> Place {
    let unified = layout.hierarchies.firstIndex(where: \.isUnified)
    if let controller {
      if let index = layout.hierarchies.firstIndex(where: { $0.controllers.contains(controller) }) {
        return v1.map { .hierarchy(index, $0) }
          ?? .unsupported("cgroup v1 has no such limit, needed cgroup v2")
      }
    } else if unified == nil {
      return .unsupported("cgroup v1 has no such limit, needed cgroup v2")
    }
    guard let v2 else {
      // Not there on v2 at all; on a hybrid machine it could have been on v1.
      return layout.mode == .v2
        ? .unsupported("cgroup v2 has no such limit, needed cgroup v1")
        : .missing("cgroup controller \"\(controller ?? "")\" is not available, needed its v1 hierarchy")
    }
    if let unified, unifiedController.map(layout.unifiedControllers.contains) ?? true {
      return .hierarchy(unified, v2)
    }
    let name = unifiedController ?? ""
    return .missing(
      "cgroup controller \"\(name)\" is not available, needed a mounted v1 hierarchy or a v2 tree that offers it"
    )
  }
}
