/// A link as it is to be recorded with its recipient.
package struct WantedLink: Sendable, Equatable {
  /// What the recipient calls the source; each once.
  package let alias: String
  /// The source's whole id.
  package let sourceID: String

  package init(alias: String, sourceID: String) {
    self.alias = alias
    self.sourceID = sourceID
  }
}

/// A link between two containers: docker's parent is the recipient, its child the source.
package struct LinkRecord: Sendable, Equatable {
  /// Who may use the source, and knows it as `alias`.
  package let recipient: NamedContainer
  package let alias: String
  /// Who is used.
  package let source: NamedContainer

  /// The source's other name: `web/db`, without docker's leading slash.
  package var name: String { "\(recipient.name)/\(alias)" }
}
