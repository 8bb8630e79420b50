import ContainerInit
import JSONDocument
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle
@testable import LinuxSecurity

/// Everything that the specification names is what libseccomp and the kernel have, or is refused by its path.
@Suite struct SeccompRulesTests {
  typealias Seccomp = RuntimeSpec.Linux.Seccomp

  private func found(_ seccomp: Seccomp) -> [String] {
    (listenerViolations(seccomp) + flagViolations(seccomp)).map { "\($0.path): \($0.problem)" }
  }

  private func notify(_ path: String?, metadata: String? = nil) -> Seccomp {
    Seccomp(
      defaultAction: .allow, listenerPath: path, listenerMetadata: metadata,
      syscalls: [Seccomp.Rule(names: ["mount"], action: .notify)])
  }

  @Test func aListenerHasItsPath() {
    #expect(found(notify("/run/agent", metadata: "x")) == [])
    #expect(
      found(notify(nil))
        == ["linux.seccomp.listenerPath: missing, needed the agent's socket for SCMP_ACT_NOTIFY"])
    #expect(found(notify("agent")) == ["linux.seccomp.listenerPath: \"agent\" is not an absolute path"])
    #expect(
      found(Seccomp(defaultAction: .allow, listenerMetadata: "x"))
        == ["linux.seccomp.listenerMetadata: needs a listenerPath"])
    #expect(found(Seccomp(defaultAction: .allow, listenerPath: "ignored", listenerMetadata: "x")) == [])
  }

  @Test func aListenerIsHandedOverAtOnce() throws {
    func steps(_ flags: FilterFlags, _ noNewPrivileges: Bool) throws -> [InitStep] {
      let process = Samples.process { $0.noNewPrivileges = noNewPrivileges }
      return try ProcessSteps(
        process: process, filter: SeccompFilter(program: [], flags: flags), own: Samples.root,
        preservedDescriptors: 0, waitsForStart: true
      ).tail().steps
    }
    for noNewPrivileges in [true, false] {
      let found = try steps(.newListener, noNewPrivileges)
      let installed = try #require(
        found.firstIndex(of: .installSeccomp(SeccompFilter(program: [], flags: .newListener))))
      #expect(found[installed + 1] == .handOverListener)
      #expect(installed > (try #require(found.firstIndex(of: .awaitStart))))
      #expect(try !steps([], noNewPrivileges).contains(.handOverListener))
    }
  }

  @Test(arguments: Seccomp.Architecture.allCases)
  func anArchitectureIsTheLibrarysOrRefused(_ architecture: Seccomp.Architecture) {
    let policy = SeccompPolicy(
      defaultAction: "SCMP_ACT_ALLOW", architectures: [architecture.rawValue],
      rules: [.init(names: ["mount"], action: "SCMP_ACT_ERRNO")])
    do throws(SeccompError) {
      #expect(try !compileSeccompFilter(policy).program.isEmpty)
      #expect(supportsSeccompArchitecture(architecture.rawValue))
    } catch {
      // Unknown to this library; or of the other byte order, which one filter cannot hold.
      let isKnown = supportsSeccompArchitecture(architecture.rawValue)
      #expect(error.path == (isKnown ? error.path : "linux.seccomp.architectures[0]"))
      #expect(error.problem.hasPrefix(isKnown ? "libseccomp refuses it" : "unknown architecture"))
    }
  }

  @Test(arguments: Seccomp.Action.allCases, [nil, 5] as [UInt32?])
  func anErrnoIsForTheActionsThatHaveOne(_ action: Seccomp.Action, _ errno: UInt32?) {
    let policy = SeccompPolicy(
      defaultAction: "SCMP_ACT_ALLOW",
      rules: [.init(names: ["mount"], action: action.rawValue, errno: errno)])
    do throws(SeccompError) {
      let filter = try compileSeccompFilter(policy)
      #expect(filter.flags.contains(.newListener) == (action == .notify))
      #expect(errno == nil || action == .errno || action == .trace)
    } catch {
      #expect(errno != nil && action != .errno && action != .trace)
      #expect(error.path == "linux.seccomp.syscalls[0].errnoRet")
    }
  }

  @Test(arguments: Seccomp.Operator.allCases)
  func anOperatorIsTheLibrarys(_ comparison: Seccomp.Operator) throws {
    let argument = SeccompPolicy.Argument(index: 1, value: 3, valueTwo: 1, comparison: comparison.rawValue)
    let filter = try compileSeccompFilter(
      SeccompPolicy(
        defaultAction: "SCMP_ACT_ALLOW",
        rules: [.init(names: ["mount"], action: "SCMP_ACT_ERRNO", arguments: [argument])]))
    #expect(!filter.program.isEmpty)
  }

  // Every kernel that can run this has them; only the last is younger (5.19).
  @Test(arguments: Seccomp.Flag.allCases) func aFlagIsTheKernels(_ flag: Seccomp.Flag) {
    #expect(supportsSeccompFlag(flag.rawValue) || flag == .waitKillableReceive)
  }

  @Test func anUnknownFlagIsFoundOut() {
    #expect(!supportsFilterFlags(FilterFlags(rawValue: 1 << 30)))
    #expect(supportsFilterFlags(.log))
    #expect(!supportsSeccompFlag("SECCOMP_FILTER_FLAG_NOSUCH"))
  }

  @Test func theStateIsTheSpecifications() throws {
    let listener = try SeccompListener(notify("/run/agent", metadata: "m"))
    let state = RuntimeState(
      ociVersion: "1.3.0", id: "web", pid: 7, status: .running, bundle: "/b",
      annotations: ["b": "2", "a": "1"])
    #expect(
      listener.document(pid: 9, state)
        == [
          "ociVersion": "1.3.0", "fds": ["seccompFd"], "pid": 9, "metadata": "m",
          "state": [
            "ociVersion": "1.3.0", "id": "web", "status": "running", "pid": 7, "bundle": "/b",
            "annotations": ["a": "1", "b": "2"],
          ],
        ])
  }
}
