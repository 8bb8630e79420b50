/// One option of a command: `--detach`, `--name string`, `-e list`.
package struct CommandOption: Sendable, Hashable {
  /// What may follow an option, and how often it counts.
  package enum Kind: Sendable, Hashable {
    /// Nothing, or `=true` and `=false`; the last one counts.
    case flag
    /// One value; the last one counts.
    case value
    /// One value; all count, in order.
    case list
  }

  /// The long names without dashes; results are kept under the first, help shows the first.
  package let names: [String]
  /// The letter of the short form.
  package let short: Character?
  /// What may follow.
  package let kind: Kind
  /// What help calls the value, such as "string"; empty for a flag.
  package let valueName: String
  /// What help says.
  package let help: String
  /// Whether help passes over it.
  package let isHidden: Bool

  /// The name results are kept under.
  package var name: String { names.first ?? "" }

  /// How an error names it: `-d, --detach` or `--rm`.
  package var label: String { short.map { "-\($0), --\(name)" } ?? "--\(name)" }

  /// An option without a value.
  package static func flag(
    _ names: String..., short: Character? = nil, help: String = "", hidden: Bool = false
  ) -> CommandOption {
    CommandOption(names: names, short: short, kind: .flag, valueName: "", help: help, isHidden: hidden)
  }

  /// An option with a value, of which the last counts.
  package static func value(
    _ names: String..., short: Character? = nil, value: String = "string", help: String = "",
    hidden: Bool = false
  ) -> CommandOption {
    CommandOption(names: names, short: short, kind: .value, valueName: value, help: help, isHidden: hidden)
  }

  /// An option with a value, of which all count.
  package static func list(
    _ names: String..., short: Character? = nil, value: String = "list", help: String = "",
    hidden: Bool = false
  ) -> CommandOption {
    CommandOption(names: names, short: short, kind: .list, valueName: value, help: help, isHidden: hidden)
  }
}
