/// What is wrong with a template; one line.
package struct TemplateError: Error, CustomStringConvertible {
  package let description: String

  /// - Parameter problem: without the option's name.
  package init(_ problem: String) { description = "--format: \(problem)" }
}
