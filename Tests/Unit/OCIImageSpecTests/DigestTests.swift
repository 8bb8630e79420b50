import JSONDocument
import OCIImageSpec
import Testing

/// The form of digests.
struct DigestTests {
  static let sixtyFour = String(repeating: "0123456789abcdef", count: 4)

  @Test func aDigestKnowsItsPartsAndItsShortForm() throws {
    let digest = try #require(Digest("sha256:\(Self.sixtyFour)"))
    #expect(digest.algorithm == "sha256")
    #expect(digest.hex == Self.sixtyFour)
    #expect(digest.short == "0123456789ab")
    #expect(digest.description == "sha256:\(Self.sixtyFour)")
    #expect(Digest(sha256: Self.sixtyFour) == digest)
  }

  @Test(arguments: [
    "", "sha256", "sha256:", ":\(sixtyFour)", "sha256:\(sixtyFour)0", "sha256:\(sixtyFour.dropLast())",
    "sha256:\(sixtyFour.uppercased())", "sha512:\(sixtyFour)", "SHA256:\(sixtyFour)",
    "sha256:../../../../etc/passwd",
    "sha256:\(sixtyFour.dropLast())/", "..:\(sixtyFour)", "sha256+:\(sixtyFour)", "a//b:\(sixtyFour)",
    "own:1234",
  ])
  func anotherFormIsRefused(text: String) {
    #expect(Digest(text) == nil)
  }

  @Test func otherAlgorithmsAreKnown() {
    #expect(Digest("sha512:\(Self.sixtyFour)\(Self.sixtyFour)") != nil)
    #expect(Digest("sha256+b64:\(Self.sixtyFour)") != nil)
  }

  @Test func anErrorInADocumentNamesThePath() {
    do {
      _ = try JSON.decode(
        ContentDescriptor.self, from: ["digest": "sha256:zz", "size": 1], file: "index.json")
      Issue.record("nothing was refused")
    } catch {
      #expect(
        error.description
          == #"index.json: digest: expected a digest such as sha256:… with 64 digits, found "sha256:zz""#)
    }
  }
}
