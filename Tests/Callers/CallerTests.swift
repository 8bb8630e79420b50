import TestSupport
import Testing

/// Real callers on our runtime, unchanged. hack/callers has the table of what they try, and those with daemons too.
@Suite(.requiresRoot) struct CallerTests {
  @Test(.requires(program: "podman"), .requires(program: "conmon"))
  func podmanWorks() async throws { try await works("podman") }

  @Test(.requires(program: "buildah"))
  func buildahWorks() async throws { try await works("buildah") }

  private func works(_ caller: String) async throws {
    try await Fixture.with { f in
      let runtime = try #require(Host.findProgram(Runtime.ours.rawValue))
      let outcome = try f.run(
        Host.checkout + "/hack/callers", ["--runtime", runtime, caller], within: .seconds(300))
      #expect(outcome.status == 0, "\(outcome)")
    }
  }
}
