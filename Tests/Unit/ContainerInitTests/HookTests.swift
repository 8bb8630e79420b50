import LinuxSystem
import Testing

@testable import ContainerInit

@Suite struct HookTests {
  @Test(
    arguments: HookKind.allCases, [.exited(3), .signaled(9), .timedOut, .failed(2)] as [HookFailure.Ending])
  func aFailureCrossesAsANumberThatIsNoErrno(_ kind: HookKind, _ ending: HookFailure.Ending) {
    let failure = HookFailure(kind, 7, ending)
    #expect(failure.code > 4095)
    #expect(HookFailure(code: failure.code) == failure)
  }

  @Test(arguments: [0, 1, 2, 13, 133, 4095] as [Int32]) func anErrnoIsNoFailureOfAHook(_ code: Int32) {
    #expect(HookFailure(code: code) == nil)
  }

  @Test func theSentenceSaysWhichHowAndWhatItWrote() {
    #expect(
      HookFailure(.createRuntime, 1, .exited(3)).sentence(output: "why")
        == "error running createRuntime hook #1: exit status 3, output: why")
    #expect(
      HookFailure(.prestart, 0, .failed(ErrorCode.noEntry)).sentence(output: "")
        == "error running prestart hook #0: could not be started: no such file or directory")
    #expect(
      InitStep.awaitStart.failure(HookFailure(.startContainer, 0, .signaled(9)).code)
        == "error running startContainer hook #0: killed by signal KILL")
  }

  @Test func thePidStandsWhereItBelongs() {
    #expect(HookState(before: "{\"pid\":", after: "}").text(pid: 7) == "{\"pid\":7}")
    #expect(HookState("{}").text(pid: 7) == "{}")
  }

  @Test func whatAHookWroteCannotSteerATerminal() throws {
    let file = try makeMemoryFile("output")
    try file.writeAll(String(repeating: "x", count: 5000) + "\n\u{1b}[31mred\u{7}\r\nend\n")
    let text = try hookOutput(file)
    #expect(text.hasSuffix("; [31mred; end"))
    #expect(text.utf8.count < 2100)
  }
}
