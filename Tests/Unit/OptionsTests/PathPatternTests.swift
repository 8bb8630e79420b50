import Options
import Testing

@Suite("Patterns as Go's path.Match takes them")
struct PathPatternTests {
  @Test(
    arguments: [
      ("busybox", "busybox", true), ("busy", "busybox", false), ("busy*", "busybox", true),
      ("*box", "busybox", true),
      ("*", "team/web", false), ("*/*", "team/web", true), ("*/w?b", "team/web", true),
      ("b*y*x", "busybox", true),
      ("b*z*x", "busybox", false), ("[a-c]usybox", "busybox", true), ("[^a-c]usybox", "busybox", false),
      ("[^/]*", "a", true), ("a[]]", "a]", false), ("\\*", "*", true), ("\\*", "a", false), ("", "", true),
      ("*", "", true),
      ("**", "ab", true), ("*a", "aaa", true), ("web:v[12]", "web:v2", true), ("é?", "éa", true),
    ])
  func theyFit(_ pattern: String, _ text: String, _ fits: Bool) {
    #expect(PathPattern(pattern)?.matches(text) ?? false == fits)
  }

  @Test(arguments: ["[a", "a\\", "[b-a]", "[]"]) func whatIsNoneIsNil(_ pattern: String) {
    #expect(PathPattern(pattern) == nil)
  }

  @Test func manyRunsTakeNoTime() {
    let pattern = String(repeating: "*a", count: 1000) + "b"
    #expect(PathPattern(pattern)?.matches(String(repeating: "a", count: 3000)) == false)
  }
}
