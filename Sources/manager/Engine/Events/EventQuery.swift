package import LinuxSystem
package import ShimProtocol

/// Which events are wanted.
package struct EventQuery: Sendable, Equatable {
  /// From then on; nil is from now on, and with an end all that the journal has up to it.
  package var since: Timestamp?
  /// Up to then; nil goes on for ever.
  package var until: Timestamp?
  /// docker's filters: a key with its alternatives; all keys must fit.
  package var filters: [(key: String, values: [String])] = []

  /// Everything from now on.
  package init() {}

  /// The keys that `fits` knows.
  package static let keys = [
    "container", "daemon", "event", "image", "label", "network", "scope", "type", "volume",
  ]

  package static func == (a: EventQuery, b: EventQuery) -> Bool {
    a.since == b.since && a.until == b.until && a.filters.elementsEqual(b.filters, by: ==)
  }

  /// Whether an event is wanted (moby, daemon/events/filter.go).
  package func fits(_ event: Event) -> Bool {
    if let since, event.time < since { return false }
    if let until, until < event.time { return false }
    return filters.allSatisfy { key, values in values.contains { Self.fits(event, key, $0) } }
  }

  private static func fits(_ event: Event, _ key: String, _ value: String) -> Bool {
    switch key {
    case "event": event.action == value || event.action.hasPrefix("\(value):")
    case "type": event.subject.rawValue == value
    case "scope": value == "local"
    case "label": fits(event, label: value)
    case "container": event.subject == .container && names(event, value)
    case "volume": event.subject == .volume && names(event, value)
    case "network": event.subject == .network && names(event, value)
    case "daemon": event.subject == .daemon && names(event, value)
    case "image":
      event.subject == .image
        ? isImage(event, value) || withoutTag(event["name"]) == value
        : event["image"].map { $0 == value || withoutTag($0) == value } ?? false
    default: false
    }
  }

  /// By the beginning of its id or its name (moby, daemon/events/filter.go, fuzzyMatchName): an empty value is the beginning
  /// of all.
  private static func names(_ event: Event, _ value: String) -> Bool {
    event.id.hasPrefix(value) || event["name"]?.hasPrefix(value) ?? false
  }

  /// By the beginning of its id, or by its whole name.
  private static func isImage(_ event: Event, _ value: String) -> Bool {
    !value.isEmpty && (event.id.hasPrefix(value) || event["name"] == value)
  }

  private static func fits(_ event: Event, label: String) -> Bool {
    let halves = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = halves.first, let found = event[String(name)] else { return false }
    return halves.count == 1 || found == halves[1]
  }

  private static func withoutTag(_ name: String?) -> String? {
    guard let name, let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return name }
    return String(name[..<colon])
  }
}
