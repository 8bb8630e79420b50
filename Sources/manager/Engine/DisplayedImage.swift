internal import Images
package import Store

/// How a list names the images of containers: as the user did, as long as that still means the same image, else by its
/// id (moby, daemon/list.go).
package struct DisplayedImage: Sendable {
  private let owners: [String: String]
  private var known: [String: String?] = [:]

  /// - Parameter owners: which image has each name now.
  package init(owners: [String: String]) { self.owners = owners }

  /// The name.
  /// - Parameter whole: the id in full.
  package mutating func name(of record: ContainerRecord, whole: Bool) -> String {
    let digits = record.imageID.dropFirst("sha256:".count)
    let given = record.imageReference
    if owner(of: given) == record.imageID { return whole ? given : Self.withoutDigest(given) }
    let wasID = record.imageID.hasPrefix(given) || digits.hasPrefix(given)
    if wasID, whole { return given }
    return whole ? record.imageID : String(digits.prefix(12))
  }

  /// Many containers have few images.
  private mutating func owner(of reference: String) -> String? {
    if let found = known[reference] { return found }
    let owner: String?
    do throws(ImageReferenceError) {
      let parsed = try ImageReference(reference)
      owner = parsed.imageTag.flatMap { owners[$0.description] }
    } catch { owner = nil }
    known[reference] = .some(owner)
    return owner
  }

  private static func withoutDigest(_ reference: String) -> String {
    reference.firstIndex(of: "@").map { String(reference[..<$0]) } ?? reference
  }
}
