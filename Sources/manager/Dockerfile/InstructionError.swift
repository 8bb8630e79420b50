/// Why a text is no instruction of a Dockerfile; one line.
package struct InstructionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line.
  package let description: String

  init(_ description: String) { self.description = description }
}
