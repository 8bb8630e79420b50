package import JSONDocument

/// Which types the members of a document have in Go. JSON does not tell a structure from a map, nor an empty list from
/// none, nor what has been left out from what there never is; templates do.
///
/// Members go by their name, or by two where one is not enough: `LogConfig.Config` is the member of another, `Ports*` an
/// element of a list or map, `Mounts*.Name` the member of one.
package struct TemplateShape: Sendable {
  /// Maps: what they do not have prints as `<no value>`. Other objects are structures, whose members are known: one
  /// that is not there is an error.
  package let maps: Set<String>
  /// Lists: `null` prints as `[]`.
  package let lists: Set<String>
  /// Whole numbers of nanoseconds that are a `time.Duration`: they print as `1m30s`.
  package let durations: Set<String>
  /// What a structure may have left out, with what stands for it.
  package let absent: [String: JSONValue]
  /// What a structure's field is called in Go, where that is not what it is called in JSON, with JSON's name. Docker
  /// applies a template to Go's structure first, to the JSON when that fails (docker/cli, command/inspect/inspector.go).
  package let aliases: [String: String]

  /// Names them.
  package init(
    maps: Set<String> = [], lists: Set<String> = [], durations: Set<String> = [],
    absent: [String: JSONValue] = [:],
    aliases: [String: String] = [:]
  ) {
    self.maps = maps
    self.lists = lists
    self.durations = durations
    self.absent = absent
    self.aliases = aliases
  }

  /// No member is a map.
  package static var structures: TemplateShape { TemplateShape() }

  /// How a member of another goes.
  func member(_ name: String, of parent: String) -> String {
    guard !parent.isEmpty else { return name }
    let both = "\(parent).\(name)"
    return maps.contains(both) || lists.contains(both) || durations.contains(both) ? both : name
  }

  /// How an element of a list or map goes.
  func element(of parent: String) -> String { parent.isEmpty ? "" : parent + "*" }

  /// What stands for a member that a structure has left out; nil where it has no such member.
  func absent(_ name: String, of parent: String) -> TemplateValue? {
    let zero = parent.isEmpty ? absent[name] : absent["\(parent).\(name)"]
    return zero.map { TemplateValue($0, member: member(name, of: parent)) }
  }

  /// JSON's name of a structure's field that goes by another in Go; nil where it has no such field.
  func alias(_ name: String, of parent: String) -> String? {
    aliases[parent.isEmpty ? name : "\(parent).\(name)"]
  }
}
