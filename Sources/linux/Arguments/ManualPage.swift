/// A page of the manual for section 1, in the language of man(7).
package struct ManualPage: Sendable, Hashable {
  /// The file's name, such as `apus-container-ls.1`.
  package let fileName: String
  /// Its text.
  package let text: String
}

extension Command {
  /// A page for the program, and one for each of its groups and commands that help shows.
  /// - Parameter version: what stands in the foot of each.
  package func manualPages(version: String) -> [ManualPage] { manualPages(called: [name], version: version) }

  private func manualPages(called names: [String], version: String) -> [ManualPage] {
    let shown = commands.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    let page = ManualPage(
      fileName: names.joined(separator: "-") + ".1", text: manualText(called: names, shown, version: version))
    return [page] + shown.flatMap { $0.manualPages(called: names + [$0.name], version: version) }
  }

  private func manualText(called names: [String], _ commands: [Command], version: String) -> String {
    let title = names.joined(separator: "-")
    var lines = [
      ".TH \"\(Roff.text(title.uppercased()))\" 1 \"\" \"\(Roff.text("\(names[0]) \(version)"))\" \"User Commands\"",
      ".SH NAME", "\(Roff.text(title)) \\- \(Roff.text(summary))",
      ".SH SYNOPSIS", ".B \(Roff.text(names.joined(separator: " ")))",
    ]
    if !usage.isEmpty { lines.append(Roff.text(usage)) }
    let options = options.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    if !options.isEmpty { lines.append(".SH OPTIONS") }
    for option in options {
      let short = option.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
      let long = option.names.map { "\\fB\\-\\-\(Roff.text($0))\\fR" }.joined(separator: ", ")
      let value = option.kind == .flag ? "" : " \\fI\(Roff.text(option.valueName))\\fR"
      lines += [".TP", short + long + value, Roff.text(option.help)]
    }
    if !commands.isEmpty { lines.append(".SH COMMANDS") }
    for command in commands {
      lines += [".TP", "\\fB\(Roff.text(title + "-" + command.name))\\fR(1)", Roff.text(command.summary)]
    }
    if !aliases.isEmpty {
      let parent = names.dropLast().joined(separator: " ")
      lines += [".SH ALIASES", Roff.text(aliases.map { "\(parent) \($0)" }.joined(separator: ", "))]
    }
    if names.count > 1 {
      lines += [".SH SEE ALSO", "\\fB\(Roff.text(names.dropLast().joined(separator: "-")))\\fR(1)"]
    }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }
}

private enum Roff {
  /// Text as troff prints it: its own characters escaped, and no line taken for a request.
  static func text(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var result = ""
      for character in line {
        switch character {
        case "\\": result += "\\e"
        case "-": result += "\\-"
        case "\"": result += "\\(dq"
        case _ where !character.isASCII:
          // By its number: what troff takes the bytes for is the locale's to say (groff_char(7)).
          for scalar in character.unicodeScalars {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits)]"
          }
        default: result.append(character)
        }
      }
      return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + result : result
    }.joined(separator: "\n")
  }
}
