internal import Addresses
internal import Arguments
internal import Engine
internal import Images
internal import JSONDocument
internal import LinuxSystem
internal import OCIImageSpec
internal import Options
internal import Store

/// `ps --filter` (moby, daemon/list.go): which containers are shown.
struct ContainerFilters {
  private static let known = [
    "ancestor", "before", "exited", "expose", "health", "id", "label", "name", "network", "publish", "since",
    "status",
    "volume",
  ]
  private static let unanswered = ["is-task", "isolation"]
  private static let statuses = [
    "created", "dead", "exited", "paused", "removing", "restarting", "running",
  ]
  private static let healths = ["healthy", "none", "starting", "unhealthy"]

  private let filters: Filters
  private let exitCodes: [Int32]
  private let ancestors: [ImageRecord]
  private let published: Set<ContainerPort>
  private let exposed: Set<ContainerPort>
  private let heldPorts: [String: [PortRecord]]
  private let onNetworks: Set<String>
  private let before: ContainerRecord?
  private let since: ContainerRecord?

  /// Reads the filters, and looks up what they name.
  /// - Throws: `UsageError` for a filter that cannot be; the engine's when a container is not there.
  init(_ invocation: Invocation, _ engine: ContainerEngine) throws {
    filters = try Filters(invocation, known: Self.known, unanswered: Self.unanswered)
    func invalid(_ key: String, _ value: String) -> UsageError {
      UsageError("invalid filter '\(key)=\(value)'", command: invocation.called)
    }
    for status in filters["status"] where !Self.statuses.contains(status) { throw invalid("status", status) }
    for health in filters["health"] where !Self.healths.contains(health) { throw invalid("health", health) }
    for key in ["id", "name"] {
      for value in filters[key] {
        do throws(SystemError) { if try matches("", expression: value) {} } catch {
          throw invalid(key, value)
        }
      }
    }
    exitCodes = try filters["exited"].map { text in
      guard let code = Int32(text) else { throw invalid("exited", text) }
      return code
    }
    published = Set(
      try filters["publish"].flatMap { try ContainerPort.read(exposed: $0, option: "--filter publish") })
    exposed = Set(
      try filters["expose"].flatMap { try ContainerPort.read(exposed: $0, option: "--filter expose") })
    heldPorts = published.isEmpty && exposed.isEmpty ? [:] : try engine.store.heldPorts()
    onNetworks = try Self.containers(onNetworks: filters["network"], engine)
    before = try filters["before"].last.map { try engine.find($0) }
    since = try filters["since"].last.map { try engine.find($0) }
    ancestors = try filters["ancestor"].compactMap { name in
      do throws(ImageError) { return try engine.images.find(name) } catch {
        // As docker has it: an image that is not there has no containers.
        guard case .store(.noSuchImage) = error else { throw error }
        return nil
      }
    }
  }

  /// Whether containers that do not run are asked for, though `--all` is not given.
  var wantsAll: Bool { !filters["status"].isEmpty }

  /// Whether every container fits.
  var isEmpty: Bool { filters.isEmpty }

  /// Those that fit.
  /// - Parameter states: newest first.
  func choose(_ states: [ContainerState], _ engine: ContainerEngine) throws -> [ContainerState] {
    if isEmpty { return states }
    return try states.filter { try fits($0, engine) }
  }

  private func fits(_ state: ContainerState, _ engine: ContainerEngine) throws -> Bool {
    let record = state.record
    guard isInTime(record), fitsExitCode(state), fitsLabels(state.brief.labels) else { return false }
    guard filters.accepts("status", { $0 == state.status.word }),
      filters.accepts("health", { $0 == state.health?["Status"]?.string ?? "none" }),
      try filters.accepts("id", { try matches(record.id, expression: $0) }),
      // With and without docker's slash before it.
      try filters.accepts(
        "name", { try matches(record.name, expression: $0) || matches("/\(record.name)", expression: $0) })
    else { return false }
    return try fitsPorts(state, engine) && fitsNetwork(state) && fitsAncestor(state, engine)
      && fitsVolume(state, engine)
  }

  /// The containers that are on networks by these names, or ids that begin so, whether they run or not.
  private static func containers(
    onNetworks wanted: [String], _ engine: ContainerEngine
  ) throws -> Set<String> {
    guard !wanted.isEmpty else { return [] }
    var found: Set<String> = []
    for network in try engine.store.networks()
    where wanted.contains(where: { network.name == $0 || !$0.isEmpty && network.id.hasPrefix($0) }) {
      found.formUnion(try engine.store.endpoints(ofNetwork: network.id).map(\.endpoint.containerID))
    }
    return found
  }

  /// `none` and `host` are networks to docker.
  private func fitsNetwork(_ state: ContainerState) throws -> Bool {
    let wanted = filters["network"]
    guard !wanted.isEmpty, !onNetworks.contains(state.record.id) else { return true }
    return try wanted.contains(state.settings.network.rawValue)
  }

  /// One of the host's ports, or one of the container's, that were asked for; only those that run have any.
  private func fitsPorts(_ state: ContainerState, _ engine: ContainerEngine) -> Bool {
    guard !published.isEmpty || !exposed.isEmpty else { return true }
    guard state.status.isRunning else { return false }
    let ports = engine.listedPorts(heldPorts[state.record.id] ?? [], exposed: state.brief.exposedPorts)
    return ports.contains { port in
      guard let proto = PortProtocol(name: port.transport) else { return false }
      return exposed.contains(ContainerPort(port.port, proto))
        || port.place.map { published.contains(ContainerPort($0.port, proto)) } ?? false
    }
  }

  private func isInTime(_ record: ContainerRecord) -> Bool {
    if let before, record.createdAt >= before.createdAt { return false }
    if let since, record.createdAt <= since.createdAt { return false }
    return true
  }

  private func fitsExitCode(_ state: ContainerState) -> Bool {
    guard !exitCodes.isEmpty else { return true }
    guard case .exited(let code, _) = state.status, let code else { return false }
    return exitCodes.contains(code)
  }

  /// All labels that were asked for: with the value, where one was.
  private func fitsLabels(_ labels: [String: String]) -> Bool { filters.fits(labels: labels) }

  /// The image itself, or one that was built upon it: its layers are the first ones, and where there is no other layer, all
  /// that was done for it comes first in the other's history.
  private func fitsAncestor(_ state: ContainerState, _ engine: ContainerEngine) throws -> Bool {
    guard !filters["ancestor"].isEmpty else { return true }
    if ancestors.contains(where: { $0.id == state.record.imageID }) { return true }
    let layers = try state.settings.layers
    return try ancestors.contains { ancestor in
      guard ancestor.layers.map(\.diffID).elementsEqual(layers.prefix(ancestor.layers.count)) else {
        return false
      }
      guard ancestor.layers.count == layers.count else { return true }
      let image: ImageRecord
      do throws(ImageError) { image = try engine.images.find(state.record.imageID) } catch {
        // It has just gone, and the container before it.
        guard case .store(.noSuchImage) = error else { throw error }
        return false
      }
      let itsOwn = try engine.images.configuration(of: image).history ?? []
      let before = try engine.images.configuration(of: ancestor).history ?? []
      return before.count < itsOwn.count && before.elementsEqual(itsOwn.prefix(before.count))
    }
  }

  /// By name or by where it is mounted.
  private func fitsVolume(_ state: ContainerState, _ engine: ContainerEngine) throws -> Bool {
    guard !filters["volume"].isEmpty else { return true }
    let mounts = try engine.mountPoints(of: state)
    return filters.accepts("volume") { wanted in
      mounts.contains { mount in
        ["Name", "Source", "Destination"].contains { mount[$0]?.string == wanted }
      }
    }
  }
}

extension Filters {
  /// Whether a thing has all the labels that were asked for, `label=key` or `label=key=value`, unlike other filters,
  /// of which one is enough (moby, api/types/filters, MatchKVList).
  func fits(labels: [String: String]) -> Bool {
    self["label"].allSatisfy { wanted in
      guard let sign = wanted.firstIndex(of: "=") else { return labels[wanted] != nil }
      return labels[String(wanted[..<sign])] == String(wanted[wanted.index(after: sign)...])
    }
  }
}
