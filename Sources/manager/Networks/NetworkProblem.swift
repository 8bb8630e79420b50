/// Why a network or an address cannot be had; prints as one line, in docker's words where docker has some.
package struct NetworkProblem: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
