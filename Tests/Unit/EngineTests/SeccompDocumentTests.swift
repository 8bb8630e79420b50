import OCIRuntimeSpec
import Options
import Testing

@testable import Engine

@Suite("A filter of the user's")
struct SeccompDocumentTests {
  private static let docker = """
    {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,
     "archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]},
                {"architecture":"SCMP_ARCH_AARCH64","subArchitectures":["SCMP_ARCH_ARM"]}],
     "syscalls":[
      {"names":["read"],"action":"SCMP_ACT_ALLOW"},
      {"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4.8"}},
      {"names":["future"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"99.0"}},
      {"names":["mount"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
      {"names":["clone"],"action":"SCMP_ACT_ALLOW","excludes":{"caps":["CAP_SYS_ADMIN"]},
       "args":[{"index":0,"value":2114060288,"valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}]},
      {"names":["arch_prctl"],"action":"SCMP_ACT_ALLOW","includes":{"arches":["amd64"]}},
      {"name":"old","action":"SCMP_ACT_ALLOW"}]}
    """

  private func names(
    _ capabilities: Set<Capability>, _ architecture: MachineArchitecture = .x86_64
  ) throws -> [String] {
    let filter = try SeccompDocument(text: Self.docker).compile(
      capabilities: capabilities, architecture: architecture, kernel: (6, 1))
    return (filter.syscalls ?? []).flatMap(\.names)
  }

  @Test func rulesAreForWhomTheySay() throws {
    #expect(try names([]) == ["read", "ptrace", "clone", "arch_prctl", "old"])
    #expect(try names([.sys_admin]) == ["read", "ptrace", "mount", "arch_prctl", "old"])
    #expect(try names([], .arm64) == ["read", "ptrace", "clone", "old"])
  }

  @Test func theArchitecturesAreTheMachines() throws {
    let document = try SeccompDocument(text: Self.docker)
    let filter = document.compile(capabilities: [], architecture: .x86_64, kernel: (6, 1))
    #expect(filter.architectures == [.x86_64, .x86])
    #expect(filter.defaultErrnoRet == 1)
    let plain = try SeccompDocument(
      text:
        #"{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X32"],"flags":["SECCOMP_FILTER_FLAG_LOG"]}"#
    )
    let same = plain.compile(capabilities: [], architecture: .x86_64, kernel: (6, 1))
    #expect(same.architectures == [.x32])
    #expect(same.flags == [.log])
    #expect(same.syscalls == [])
  }

  @Test(
    arguments: [
      ("", "seccomp profile"), ("{}", "defaultAction"), (#"{"defaultAction":"x"}"#, "defaultAction"),
      (
        #"{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86"],"archMap":[{"architecture":"SCMP_ARCH_X86"}]}"#,
        "both 'architectures' and 'archMap' are specified"
      ),
      (
        #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"a","names":["b"],"action":"SCMP_ACT_ALLOW"}]}"#,
        "both 'name' and 'names' are specified"
      ),
      (
        #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"a","action":"SCMP_ACT_ALLOW","includes":{"minKernel":"x"}}]}"#,
        "invalid kernel version"
      ),
    ]) func aSpoiledOneIsTold(_ text: String, _ words: String)
  {
    let error = #expect(throws: EngineError.self) { try SeccompDocument(text: text) }
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
  }
}
