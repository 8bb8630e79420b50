internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Options
internal import Store

/// Makes the lines of `ps`: docker's placeholders (docker/cli, formatter/container.go). Only those that will be
/// shown are found out.
struct ContainerRows {
  /// The columns of the table.
  static let columns = [
    ListFormat.Column("CONTAINER ID", "ID"), .init("IMAGE", "Image"), .init("COMMAND", "Command"),
    .init("CREATED", "RunningFor"), .init("STATUS", "Status"), .init("PORTS", "Ports"),
    .init("NAMES", "Names"),
  ]
  /// One more with `--size`.
  static let sizeColumn = ListFormat.Column("SIZE", "Size")
  /// What only templates show.
  static let more = [
    ListFormat.Column("CREATED AT", "CreatedAt"), .init("STATE", "State"), .init("LABELS", "Labels"),
    .init("MOUNTS", "Mounts"), .init("LOCAL VOLUMES", "LocalVolumes"), .init("NETWORKS", "Networks"),
    .init("PLATFORM", "Platform"),
  ]
  /// What `--format raw` shows.
  static let raw: ListFormat.RawLines = [
    "container_id": "ID", "image": "Image", "command": "Command", "created_at": "CreatedAt",
    "state": "State", "status": "Status", "names": "Names", "labels": "Labels", "ports": "Ports",
  ]
  /// The same with `--size`.
  static let rawWithSize: ListFormat.RawLines = [
    "container_id": "ID", "image": "Image", "command": "Command", "created_at": "CreatedAt",
    "state": "State", "status": "Status", "names": "Names", "labels": "Labels", "ports": "Ports",
    "size": "Size",
  ]

  private let engine: ContainerEngine
  private let isWhole: Bool
  private let measures: Bool
  private let wanted: [String]
  private let now = Timestamp.now()
  private var images: DisplayedImage
  private let imageSizes: [String: Int64]
  private let heldPorts: [String: [PortRecord]]
  private let linkNames: [String: [String]]
  private let networkNames: [String: [String]]

  /// - Parameters:
  ///   - whole: `--no-trunc`.
  ///   - measures: whether sizes are found out; else they are none, as docker's are.
  init(_ engine: ContainerEngine, _ format: ListFormat, whole: Bool, measures: Bool) throws {
    self.engine = engine
    isWhole = whole
    self.measures = measures
    wanted = (Self.columns + Self.more + [Self.sizeColumn]).map(\.member).filter { format.needs($0) }
    images = DisplayedImage(owners: wanted.contains("Image") ? try engine.store.tagOwners() : [:])
    heldPorts = wanted.contains("Ports") ? try engine.store.heldPorts() : [:]
    linkNames = whole && wanted.contains("Names") ? try engine.linkNames() : [:]
    networkNames = wanted.contains("Networks") ? try engine.store.networkNames() : [:]
    imageSizes = measures ? try engine.store.imageSizes() : [:]
  }

  /// A container's line.
  mutating func row(_ state: ContainerState) throws -> ListRow {
    ListRow(try wanted.map { ($0, try value(of: $0, state)) }, labels: state.brief.labels)
  }

  private mutating func value(of member: String, _ state: ContainerState) throws -> String {
    let record = state.record
    switch member {
    case "ID": return isWhole ? record.id : record.shortID
    case "Image": return images.name(of: record, whole: isWhole)
    case "Command":
      let command = Self.commandLine(state.brief.arguments)
      return goQuoted(isWhole ? command : ellipsis(command, 20))
    case "CreatedAt": return record.createdAt.goText
    case "RunningFor": return "\(HumanDuration(from: record.createdAt, to: now)) ago"
    case "Status": return state.summary(now: now)
    case "State": return state.status.word
    case "Ports": return ports(of: state)
    case "Names": return names(of: state)
    case "Labels": return ListRow.labels(state.brief.labels)
    case "Mounts": return try mounts(of: state)
    case "LocalVolumes":
      let local = try engine.mountPoints(of: state).count { $0["Driver"]?.string == "local" }
      return "\(local)"
    case "Networks":
      return networkNames[record.id]?.joined(separator: ",") ?? state.brief.network.rawValue
    case "Platform": return "linux/\(MachineArchitecture.current.goName)"
    default: return try size(of: state)
    }
  }

  /// A container's name, and with `--no-trunc` those that it has by links: `db,web/db` (docker/cli, formatter, Names).
  private func names(of state: ContainerState) -> String {
    ([state.record.name] + (linkNames[state.record.id] ?? [])).joined(separator: ",")
  }

  /// `0.0.0.0:8080->80/tcp`; only of those that run.
  private func ports(of state: ContainerState) -> String {
    guard state.status.isRunning else { return "" }
    return ListedPort.column(
      engine.listedPorts(heldPorts[state.record.id] ?? [], exposed: state.brief.exposedPorts))
  }

  private func mounts(of state: ContainerState) throws -> String {
    try engine.mountPoints(of: state).map { mount in
      let name = mount["Name"]?.string ?? ""
      let shown = name.isEmpty ? mount["Source"]?.string ?? "" : name
      return isWhole ? shown : ellipsis(shown, 15)
    }.joined(separator: ",")
  }

  private func size(of state: ContainerState) throws -> String {
    guard measures else { return "0B" }
    let size = engine.size(of: state.record, imageBytes: imageSizes[state.record.imageID] ?? 0)
    let written = HumanSize(bytes: size.writableBytes)
    return size.rootBytes > 0 ? "\(written) (virtual \(HumanSize(bytes: size.rootBytes)))" : "\(written)"
  }

  /// docker's Command: arguments with a space in them in quotes (moby, daemon/list.go).
  static func commandLine(_ arguments: [String]) -> String {
    arguments.enumerated().map { index, argument in
      index > 0 && argument.contains(" ") ? "'\(argument)'" : argument
    }.joined(separator: " ")
  }
}

extension Timestamp {
  /// As Go prints a moment: `2026-08-01 10:00:00 +0000 UTC`. Always UTC, for docker's would depend on whose terminal it
  /// is.
  var goText: String {
    let text = description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) +0000 UTC"
  }
}
