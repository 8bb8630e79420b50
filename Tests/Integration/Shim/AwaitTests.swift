import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// A shim that was started before what the container needs was there.
@Suite(.requiresRoot, .serialized) struct AwaitTests {
  @Test func nothingBeginsBeforeTheLaunchersWord() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "exit 3"]))
      shim.command.awaitsLauncher = true
      let launcher = try shim.launch()
      // What a shim needs to begin; without the word it would not be enough.
      #expect(try listDirectory(shim.command.runDirectory) == ["lock"])
      #expect(try isLocked(shim.paths.lock))
      try launcher.send(.proceed)
      try launcher.waitUntilStarted()
      #expect(try launcher.waitUntilExited().exitCode == 3)
    }
  }

  @Test(arguments: [nil, ShimMessage.cleaned])
  func withoutItNothingIsLeft(message: ShimMessage?) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sleep", "1000"]))
      shim.command.awaitsLauncher = true
      let launcher = try shim.launch()
      if let message { try launcher.send(message) } else { launcher.close() }
      try shim.waitUntilOver()
      try shim.expectNothingLeft()
      #expect(try ExitRecord.read(shim.command.exitRecord) == nil)
      #expect(!shim.isCleaned)
    }
  }
}
