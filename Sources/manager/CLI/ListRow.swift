internal import JSONDocument

/// One line of a list: what docker's templates call its placeholders, and its labels for `{{.Label "name"}}`.
struct ListRow {
  /// An object of strings, such as `ID` and `Names`.
  let document: JSONValue
  let labels: [String: String]

  init(_ document: JSONValue, labels: [String: String] = [:]) {
    self.document = document
    self.labels = labels
  }

  /// With the placeholders that were asked for.
  init(_ members: [(String, String)], labels: [String: String] = [:]) {
    self.init(
      .object(JSONObject(members.map { .init(key: $0.0, value: .string($0.1)) })), labels: labels)
  }

  /// All labels as docker shows them: sorted, which docker's are not, so that two calls say the same.
  static func labels(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}
