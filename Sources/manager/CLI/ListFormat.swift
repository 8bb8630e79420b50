internal import Arguments
internal import JSONDocument
internal import Templates

/// docker's `--format` for everything that lists: a table by default, `table TEMPLATE`, `json`, or a template for
/// each row (docker/cli, formatter/formatter.go). A row is an object whose members are what docker's templates call its
/// placeholders, such as `ID` and `Names`.
struct ListFormat {
  /// A column of the table: its header, and the member of a row that it shows.
  struct Column: Sendable {
    let header: String
    let member: String

    init(_ header: String, _ member: String) {
      self.header = header
      self.member = member
    }
  }

  /// A line for each of some members, `name: value`, and an empty one behind them.
  struct RawLines: Sendable, ExpressibleByDictionaryLiteral {
    fileprivate let template: String

    init(dictionaryLiteral members: (String, String)...) {
      template = members.map { "\($0): {{.\($1)}}\\n" }.joined()
    }
  }

  private enum Form {
    case table
    case json
    case template(GoTemplate, isTable: Bool)
  }

  private let form: Form
  private let columns: [Column]
  private let more: [Column]

  /// The option, for grammars.
  static let option = CommandOption.value(
    "format", help: "Format output: 'table', 'table TEMPLATE', 'json', or a Go template for each row")

  /// Reads the option.
  /// - Parameters:
  ///   - columns: of the table that is printed when nothing else was asked for.
  ///   - more: what only templates show, with the headers of `table TEMPLATE`.
  ///   - raw: what docker's word `raw` stands for (docker/cli, formatter/formatter.go, RawFormatKey); nil where it has
  ///     none: there it is text.
  /// - Throws: `UsageError` for a template that cannot be.
  init(
    _ invocation: Invocation, columns: [Column], more: [Column] = [],
    raw: @autoclosure () -> RawLines? = nil
  ) throws {
    self.columns = columns
    self.more = more
    let given = invocation.value("format") ?? ""
    let text = given == "raw" ? raw()?.template ?? given : given
    switch text {
    case "table", "": form = .table
    case "json": form = .json
    default:
      let isTable = text.hasPrefix("table")
      let body = (isTable ? text.dropFirst("table".count) : Substring(text)).trimmingSpaces
      do throws(TemplateError) {
        form = .template(try GoTemplate(Self.unescaped(body)), isTable: isTable)
      } catch { throw UsageError(error.description, command: invocation.called) }
    }
  }

  /// Whether the rows will be asked for a member that costs something to find out.
  func needs(_ member: String) -> Bool {
    switch form {
    case .table: columns.contains { $0.member == member }
    case .json: true
    case .template(let template, _): template.mayAsk(for: member)
    }
  }

  /// Whether a template names a member itself: `json`, which has all of them, does not (docker/cli,
  /// container/list.go, has no sizes in it either).
  func names(_ member: String) -> Bool {
    guard case .template(let template, _) = form else { return false }
    return template.mayAsk(for: member)
  }

  /// The rows as text, each line with its end.
  func text(_ rows: [JSONValue]) throws -> String { try text(rows.map { ListRow($0) }) }

  /// The rows as text, each line with its end.
  func text(_ rows: [ListRow]) throws -> String {
    switch form {
    case .table:
      var table = Table(columns.map(\.header))
      for row in rows { table.add(columns.map { row.document[$0.member]?.string ?? "" }) }
      return table.text
    case .json:
      let style = JSON.Style(indentation: .none, sortsKeys: true)
      return rows.map { String(decoding: JSON.write($0.document, style: style), as: UTF8.self) + "\n" }
        .joined()
    case .template(let template, let isTable):
      var text = isTable ? try header(template) + "\n" : ""
      for row in rows {
        text += try template.render(row.document) { $0 == "Label" ? row.labels[$1] ?? "" : nil } + "\n"
      }
      return isTable ? ElasticTabs.expand(text) : text
    }
  }

  private func header(_ template: GoTemplate) throws -> String {
    let names = (columns + more).map { JSONObject.Member(key: $0.member, value: .string($0.header)) }
    return try template.header(.object(JSONObject(names))) { name, label in
      // The last part of a label's name, in words.
      guard name == "Label" else { return nil }
      let last = label.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
      return String(last.map { $0 == "-" || $0 == "_" ? " " : $0 })
    }
  }

  /// `\t` and `\n` as a shell's single quotes leave them. In an action they stand in a string, which knows them itself.
  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var rest = text
    var isInAction = false
    while let character = rest.first {
      if rest.hasPrefix("{{") { isInAction = true }
      if rest.hasPrefix("}}") { isInAction = false }
      let isEscape = !isInAction && (rest.hasPrefix("\\t") || rest.hasPrefix("\\n"))
      result.append(isEscape ? (rest.hasPrefix("\\t") ? "\t" : "\n") : character)
      rest = rest.dropFirst(isEscape ? 2 : 1)
    }
    return result
  }
}

extension Substring {
  /// Without white space at both ends.
  var trimmingSpaces: Substring {
    var text = drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
