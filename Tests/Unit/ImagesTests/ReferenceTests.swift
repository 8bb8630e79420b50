import Images
import OCIImageSpec
import Store
import Testing

@Suite("Image references")
struct ReferenceTests {
  @Test(arguments: [
    ("busybox", "docker.io", "library/busybox", "busybox", "busybox:latest"),
    ("busybox:1.36", "docker.io", "library/busybox", "busybox", "busybox:1.36"),
    ("docker.io/library/busybox", "docker.io", "library/busybox", "busybox", "busybox:latest"),
    ("index.docker.io/busybox", "docker.io", "library/busybox", "busybox", "busybox:latest"),
    ("user/web", "docker.io", "user/web", "user/web", "user/web:latest"),
    ("library/web/x", "docker.io", "library/web/x", "library/web/x", "library/web/x:latest"),
    ("localhost/web", "localhost", "web", "localhost/web", "localhost/web:latest"),
    ("localhost:5000/web:v1", "localhost:5000", "web", "localhost:5000/web", "localhost:5000/web:v1"),
    ("Host/web", "Host", "web", "Host/web", "Host/web:latest"),
    ("[::1]:5000/web", "[::1]:5000", "web", "[::1]:5000/web", "[::1]:5000/web:latest"),
    (
      "quay.io/a/b_c/d__e/f---g.h:_x", "quay.io", "a/b_c/d__e/f---g.h", "quay.io/a/b_c/d__e/f---g.h",
      "quay.io/a/b_c/d__e/f---g.h:_x"
    ),
  ])
  func isTakenApart(_ text: String, _ domain: String, _ path: String, _ repository: String, _ tag: String)
    throws
  {
    let reference = try ImageReference(text)
    #expect(reference.domain == domain)
    #expect(reference.path == path)
    #expect(reference.repository == repository)
    #expect(reference.imageTag?.description == tag)
  }

  @Test func aDigestStandsInForATag() throws {
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    let reference = try ImageReference("busybox@\(digest)")
    #expect(reference.digest?.description == digest && reference.tag == nil && reference.imageTag == nil)
    #expect(reference.description == "busybox@\(digest)")
    #expect(try ImageReference("h:1/busybox:v@\(digest)").description == "h:1/busybox:v@\(digest)")
  }

  @Test(arguments: [
    "", ":", "a:", ":a", "a b", "a//b", "/a", "a/", "-a", "a-", "_a", "a..b", "a___b", "a._b", "a:-b", "a@b",
    "a@sha256:12", "a:b:c", "a:b/c", "ho_st.x/a", "host:port/a", "-h.x/a", "a\u{e9}", "a\n", "http://a/b",
    "a:" + String(repeating: "x", count: 129),
  ])
  func whatDoesNotFollowTheGrammarIsRefused(_ text: String) {
    #expect(throws: ImageReferenceError.invalidFormat) { try ImageReference(text) }
  }

  @Test func theOtherRefusalsAreInDockersWords() {
    let id = String(repeating: "a1", count: 32)
    for (text, words) in [
      ("Foo", "invalid reference format: repository name (library/Foo) must be lowercase"),
      ("docker.io/a/Foo:v", "invalid reference format: repository name (a/Foo) must be lowercase"),
      (id, "invalid repository name (\(id)), cannot specify 64-byte hexadecimal strings"),
      (String(repeating: "a", count: 300), "repository name must not be more than 255 characters"),
    ] {
      let error = #expect(throws: ImageReferenceError.self) { try ImageReference(text) }
      #expect(error?.description == words)
    }
    for (text, words) in [
      ("sha256:abc", "refusing to create an ambiguous tag using digest algorithm as name"),
      ("a@sha256:\(id)", "refusing to create a tag with a digest reference"),
    ] {
      #expect(throws: Never.self) { try ImageReference(text) }
      let error = #expect(throws: ImageReferenceError.self) { try ImageReference(newTag: text) }
      #expect(error?.description == words)
    }
  }
}
