import TestSupport
import Testing

/// Real callers on our runtime, unchanged. hack/callers has the table of what they try, and those with daemons too.
@Suite(.requiresRoot) struct CallerTests {
  /// With its own conmon and with apus-shim in conmon's place, which must tell it the same.
  @Test(.requires(program: "podman"), .requires(program: "conmon"))
  func podmanWorks() async throws { try await work(["podman", "podman-shim"]) }

  @Test(.requires(program: "podman"), .requires(program: "crun"))
  func podmanWorksWithOurConmonAndAnotherRuntime() async throws { try await work(["podman-shim"], .crun) }

  @Test(.requires(program: "buildah"))
  func buildahWorks() async throws { try await work(["buildah"]) }

  private func work(_ callers: [String], _ runtime: Runtime = .ours) async throws {
    try await Fixture.with { f in
      let program = try #require(Host.findProgram(runtime.program))
      let outcome = try f.run(
        Host.checkout + "/hack/callers", ["--runtime", program] + callers, within: .seconds(600))
      #expect(outcome.status == 0, "\(outcome)")
    }
  }
}
