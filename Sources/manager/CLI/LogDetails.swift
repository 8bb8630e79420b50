/// An entry's attributes on a line: `name=value,…` by name, escaped as in a URL's query (moby, api/server/httputils).
enum LogDetails {
  /// The text; empty when there are none.
  static func text(_ attributes: [String: String]) -> String {
    attributes.sorted { $0.key < $1.key }.map { "\(escaped($0.key))=\(escaped($0.value))" }.joined(
      separator: ",")
  }

  private static func escaped(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~".utf8)
    return text.utf8.map { byte in
      if plain.contains(byte) { return String(UnicodeScalar(byte)) }
      if byte == UInt8(ascii: " ") { return "+" }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
