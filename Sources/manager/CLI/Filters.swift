internal import Arguments

/// docker's `--filter KEY=VALUE`: several values of one key are alternatives, several keys must all fit.
struct Filters {
  private let values: [(key: String, value: String)]

  /// The option, for grammars.
  static let option = CommandOption.list(
    "filter", short: "f", value: "filter", help: "Filter output based on conditions provided")

  /// Reads the option.
  /// - Parameters:
  ///   - known: the keys that this command knows.
  ///   - unanswered: docker's that there is nothing to ask for.
  /// - Throws: `UsageError` for one that it does not, and for one without a value.
  init(_ invocation: Invocation, known: [String], unanswered: [String] = []) throws {
    values = try invocation.list("filter").map { text in
      guard let sign = text.firstIndex(of: "=") else {
        throw UsageError("invalid filter '\(text)': expected KEY=VALUE", command: invocation.called)
      }
      // As docker does: keys whatever their case, values without the space around them (docker/cli, opts/opts.go,
      // FilterOpt).
      let key = text[..<sign].filter { $0 != " " }.lowercased()
      guard !unanswered.contains(key) else {
        throw UsageError("filter '\(key)' is not supported", command: invocation.called)
      }
      guard known.contains(key) else {
        throw UsageError(
          "invalid filter '\(key)': known here are \(known.joined(separator: ", "))",
          command: invocation.called)
      }
      return (key, String(text[text.index(after: sign)...].trimmingSpaces))
    }
  }

  /// Whether nothing is asked for.
  var isEmpty: Bool { values.isEmpty }

  /// The values given for a key, in order.
  subscript(_ key: String) -> [String] { values.filter { $0.key == key }.map(\.value) }

  /// What was said last of a key that is true or false; nil when nothing was.
  func truth(_ key: String, _ invocation: Invocation) throws -> Bool? {
    try self[key].map { text in
      switch text.lowercased() {
      case "1", "t", "true": return true
      case "0", "f", "false": return false
      default:
        throw UsageError(
          "invalid filter '\(key)=\(text)': expected true or false", command: invocation.called)
      }
    }.last
  }

  /// Whether a thing fits what was asked of a key: always when nothing was.
  func accepts(_ key: String, _ fits: (String) throws -> Bool) rethrows -> Bool {
    let wanted = self[key]
    return try wanted.isEmpty || wanted.contains(where: fits)
  }
}
