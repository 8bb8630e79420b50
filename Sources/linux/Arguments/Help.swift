extension Command {
  /// The help of a command or group in docker's form, ending in a line end.
  ///
  /// - Parameter names: how it was called, such as `["apus", "container", "ls"]`.
  package func help(called names: [String]) -> String {
    let called = names.joined(separator: " ")
    var sections = ["Usage:  \(called)\(usage.isEmpty ? "" : " \(usage)")", summary]
    if !aliases.isEmpty {
      let parent = names.dropLast().joined(separator: " ")
      let all = ([name] + aliases).map { parent.isEmpty ? $0 : "\(parent) \($0)" }
      sections.append("Aliases:\n  " + all.joined(separator: ", "))
    }
    let shown = commands.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    if !shown.isEmpty {
      sections.append("Commands:\n" + Self.columns(shown.map { ("  \($0.name)", $0.summary) }))
    }
    let options = options.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    if !options.isEmpty {
      sections.append("Options:\n" + Self.columns(options.map { ($0.helpLabel, $0.help) }))
    }
    if !shown.isEmpty {
      sections.append("Run '\(called) COMMAND --help' for more information on a command.")
    }
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// Two columns, three spaces apart; further lines of the right one keep its place.
  private static func columns(_ rows: [(left: String, right: String)]) -> String {
    let width = (rows.map(\.left.count).max() ?? 0) + 3
    let lines = rows.map { row in
      let gap = String(repeating: " ", count: width - row.left.count)
      let right = row.right.split(separator: "\n", omittingEmptySubsequences: false)
      let indented = right.joined(separator: "\n" + String(repeating: " ", count: width))
      return row.right.isEmpty ? row.left : row.left + gap + indented
    }
    return lines.joined(separator: "\n")
  }
}

extension CommandOption {
  /// The left column of help: `  -d, --detach`, `      --name string`.
  var helpLabel: String {
    let letter = short.map { "  -\($0), " } ?? "      "
    return letter + "--\(name)" + (kind == .flag ? "" : " \(valueName)")
  }
}
