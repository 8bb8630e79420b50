import Testing

@testable import Options

@Suite("--volume")
struct BindMountTests {
  @Test(arguments: [
    ("/a:/b", "/a", "/b", false), ("/a:/b:ro", "/a", "/b", true), ("/a:/b:rw", "/a", "/b", false),
    ("/a//x/./y/../z/:/b/c/", "/a/x/z", "/b/c", false), ("/:/host", "/", "/host", false),
  ])
  func aHostPathIsBound(_ text: String, _ source: String, _ destination: String, _ readOnly: Bool) throws {
    #expect(try BindMount(text) == BindMount(source: source, destination: destination, readOnly: readOnly))
  }

  @Test(arguments: [
    ("data:/x", "named volumes come with `apus volume`; a host path is absolute"),
    ("./x:/y", "host path \"./x\" is relative; give an absolute one"),
    ("x/y:/z", "host path \"x/y\" is relative; give an absolute one"),
    ("../x:/y", "host path \"../x\" is relative; give an absolute one"),
    ("/x", "volumes without a host path come with `apus volume`; give /host/path:/x"),
    (":/x", "no host path; expected /host/path:/container/path[:ro]"),
    ("/x:y", "container path \"y\" is relative; give an absolute one"),
    ("/x:/", "the container path cannot be '/'"),
    ("/x:/a/..", "the container path cannot be '/'"),
    ("/x:/y:z", "unknown mode \"z\"; expected ro or rw"),
    ("/x:/y:ro,rw", "the mode is given twice"),
    ("/x:/y:", "unknown mode \"\"; expected ro or rw"),
    ("/x:/y:ro:z", "too many colons; expected /host/path:/container/path[:ro]"),
  ])
  func whatCannotBeBoundIsRefused(_ text: String, _ problem: String) {
    #expect(throws: OptionError("--volume", text, problem)) { try BindMount(text) }
  }
}
