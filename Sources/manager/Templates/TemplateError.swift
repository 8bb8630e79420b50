/// What is wrong with a template, or with what it is applied to; one line, in the words of Go's text/template.
package struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What went wrong and where, without docker's words before it.
  package let problem: String

  /// - Parameter problem: such as `template: :1: unclosed action`.
  package init(_ problem: String) { self.problem = problem }

  /// As docker prints it.
  package var description: String { "template parsing error: \(problem)" }

  /// A template that cannot be read.
  static func parsing(_ problem: String, line: Int) -> TemplateError {
    TemplateError("template: :\(line): \(problem)")
  }
}
