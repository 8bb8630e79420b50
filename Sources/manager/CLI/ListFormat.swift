internal import Arguments
internal import JSONDocument
internal import Templates

/// docker's `--format` for everything that lists: a table by default, `table TEMPLATE`, `json`, or a template for
/// each row. A row is an object whose members are what docker's templates call its columns, such as `ID` and `Names`.
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

  private enum Form {
    case table
    case json
    case template(GoTemplate)
  }

  private let form: Form
  private let columns: [Column]

  /// The option, for grammars.
  static let option = CommandOption.value(
    "format", help: "Format output: 'table', 'table TEMPLATE', 'json', or a Go template for each row")

  /// Reads the option.
  /// - Parameter columns: of the table that is printed when nothing else was asked for.
  /// - Throws: `UsageError` for a template that cannot be.
  init(_ invocation: Invocation, columns: [Column]) throws {
    self.columns = columns
    switch invocation.value("format") {
    case nil, "table", "": form = .table
    case "json": form = .json
    case .some(let text):
      do throws(TemplateError) { form = .template(try GoTemplate(text)) } catch {
        throw UsageError(error.description, command: invocation.called)
      }
    }
  }

  /// The rows as text, each line with its end.
  func text(_ rows: [JSONValue]) throws -> String {
    switch form {
    case .table:
      var table = Table(columns.map(\.header))
      for row in rows { table.add(columns.map { row[$0.member]?.string ?? "" }) }
      return table.text
    case .json: return rows.map { String(decoding: JSON.write($0), as: UTF8.self) + "\n" }.joined()
    case .template(let template): return try rows.map { try template.render($0) + "\n" }.joined()
    }
  }
}
