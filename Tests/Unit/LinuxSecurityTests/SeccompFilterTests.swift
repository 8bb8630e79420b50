import LinuxSecurity
import LinuxSystem
import Testing

@Suite struct SeccompFilterTests {
  private func policy(_ rules: [SeccompPolicy.Rule], flags: [String]? = []) -> SeccompPolicy {
    SeccompPolicy(
      defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
      flags: flags, rules: rules)
  }
  private let denied = SeccompPolicy.Rule(names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errno: 1)

  @Test func aSmallPolicyBecomesAProgram() throws {
    let filter = try compileSeccompFilter(policy([denied]))
    #expect(!filter.program.isEmpty && filter.program.count % 8 == 0)
    #expect(filter.flags == [])
  }

  @Test func manyRulesBecomeATree() throws {
    let names = [
      "read", "write", "close", "stat", "fstat", "lstat", "poll", "lseek", "mmap", "mprotect", "munmap",
      "brk",
      "ioctl", "pread64", "pwrite64", "readv", "writev", "access", "pipe", "select", "sched_yield", "mremap",
      "msync", "mincore", "madvise", "dup", "dup2", "pause", "nanosleep", "getpid", "sendfile", "connect",
      "accept",
      "sendto",
    ]
    let filter = try compileSeccompFilter(
      policy([SeccompPolicy.Rule(names: names, action: "SCMP_ACT_LOG")]))
    #expect(filter.program.count > 8 * names.count)
  }

  @Test func whatRuncPassesOverIsPassedOver() throws {
    let plain = try compileSeccompFilter(policy([denied]))
    let unknown = SeccompPolicy.Rule(names: ["no_such_call", "mkdir\0x"], action: "SCMP_ACT_TRAP")
    let redundant = SeccompPolicy.Rule(names: ["open"], action: "SCMP_ACT_ALLOW")
    #expect(try compileSeccompFilter(policy([unknown, denied, redundant])) == plain)
  }

  @Test func twoConditionsOnOneArgumentAreAlternatives() throws {
    func rule(_ first: UInt32, _ second: UInt32) -> SeccompPolicy.Rule {
      SeccompPolicy.Rule(
        names: ["personality"], action: "SCMP_ACT_TRAP",
        arguments: [
          .init(index: first, value: 1, comparison: "SCMP_CMP_EQ"),
          .init(index: second, value: 2, comparison: "SCMP_CMP_EQ"),
        ])
    }
    let apart = [UInt64(1), 2].map { value in
      SeccompPolicy.Rule(
        names: ["personality"], action: "SCMP_ACT_TRAP",
        arguments: [.init(index: 0, value: value, comparison: "SCMP_CMP_EQ")])
    }
    #expect(try compileSeccompFilter(policy([rule(0, 0)])) == compileSeccompFilter(policy(apart)))
    #expect(try compileSeccompFilter(policy([rule(0, 1)])) != compileSeccompFilter(policy(apart)))
  }

  @Test func flagsFollowTheListener() throws {
    let notified = SeccompPolicy.Rule(names: ["mount"], action: "SCMP_ACT_NOTIFY")
    #expect(try compileSeccompFilter(policy([denied], flags: nil)).flags == .speculationAllow)
    #expect(
      try compileSeccompFilter(policy([notified], flags: ["SECCOMP_FILTER_FLAG_TSYNC"])).flags
        == [.threadSync, .threadSyncFails, .newListener])
    #expect(
      try compileSeccompFilter(policy([notified], flags: ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"])).flags
        == [.waitKillableReceive, .newListener])
  }

  @Test func allActionsOperatorsAndArchitecturesOfTheLibraryAreKnown() throws {
    for action in ["KILL", "KILL_THREAD", "KILL_PROCESS", "TRAP", "ERRNO", "TRACE", "LOG", "NOTIFY"] {
      let rule = SeccompPolicy.Rule(names: ["mount"], action: "SCMP_ACT_\(action)")
      #expect(try !compileSeccompFilter(policy([rule])).program.isEmpty, "\(action)")
    }
    for comparison in ["NE", "LT", "LE", "EQ", "GE", "GT", "MASKED_EQ"] {
      let rule = SeccompPolicy.Rule(
        names: ["mount"], action: "SCMP_ACT_TRAP",
        arguments: [.init(index: 5, value: 1, valueTwo: 1, comparison: "SCMP_CMP_\(comparison)")])
      #expect(try !compileSeccompFilter(policy([rule])).program.isEmpty, "\(comparison)")
    }
    let names =
      "X86 X86_64 X32 ARM AARCH64 MIPS MIPS64 MIPS64N32 MIPSEL MIPSEL64 MIPSEL64N32 PPC PPC64 PPC64LE "
      + "S390 S390X PARISC PARISC64 RISCV64"
    for name in names.split(separator: " ") {
      // An architecture of the other byte order cannot share a filter; to libseccomp it is known all the same.
      do {
        _ = try compileSeccompFilter(
          SeccompPolicy(
            defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_\(name)"], rules: [denied]))
      } catch { #expect(error.problem.hasPrefix("libseccomp refuses it"), "\(name): \(error)") }
    }
  }

  @Test func aRememberedProgramIsTheSame() throws {
    let directory = "/tmp/apus-seccomp-test-\(ownPID())"
    defer { do { try removeTree(directory) } catch { Issue.record(error) } }
    let fresh = try compileSeccompFilter(policy([denied], flags: nil))
    for _ in 0..<2 {
      #expect(try compileSeccompFilter(policy([denied], flags: nil), rememberedIn: directory) == fresh)
    }
    #expect(try listDirectory(directory).count == 1)
    // A spoilt entry is made again, not believed.
    let entry = try "\(directory)/\(#require(listDirectory(directory).first))"
    try writeAtomically(entry, Array("apus-seccomp 1\n".utf8))
    #expect(try compileSeccompFilter(policy([denied], flags: nil), rememberedIn: directory) == fresh)
    #expect(try compileSeccompFilter(policy([]), rememberedIn: directory) != fresh)
  }

  @Test(arguments: [
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_FOO"),
      "linux.seccomp.defaultAction: unknown action \"SCMP_ACT_FOO\", needed one such as \"SCMP_ACT_ERRNO\""
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_NOTIFY"),
      "linux.seccomp.defaultAction: \"SCMP_ACT_NOTIFY\" cannot be the default, needed an action without a listener"
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_ALLOW", defaultErrno: 1),
      "linux.seccomp.defaultErrnoRet: \"SCMP_ACT_ALLOW\" returns no errno, only \"SCMP_ACT_ERRNO\" and "
        + "\"SCMP_ACT_TRACE\" do"
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_ERRNO", defaultErrno: 4096),
      "linux.seccomp.defaultErrnoRet: 4096 is out of range, needed 0 to 4095"
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_ALLOW", architectures: ["x86"]),
      "linux.seccomp.architectures[0]: unknown architecture \"x86\", needed one such as \"SCMP_ARCH_X86_64\""
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_NEW_LISTENER"]),
      "linux.seccomp.flags[0]: unknown flag \"SECCOMP_FILTER_FLAG_NEW_LISTENER\", needed one such as "
        + "\"SECCOMP_FILTER_FLAG_LOG\""
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_ALLOW", flags: ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]),
      "linux.seccomp.flags[0]: \"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\" needs a rule with \"SCMP_ACT_NOTIFY\""
    ),
    (
      SeccompPolicy(
        defaultAction: "SCMP_ACT_ALLOW", rules: [.init(names: ["open", "write"], action: "SCMP_ACT_NOTIFY")]),
      "linux.seccomp.syscalls[0].names[1]: \"write\" cannot have \"SCMP_ACT_NOTIFY\": init tells of the listener by it"
    ),
    (
      SeccompPolicy(defaultAction: "SCMP_ACT_ALLOW", rules: [.init(names: [], action: "SCMP_ACT_TRAP")]),
      "linux.seccomp.syscalls[0].names: empty, needed at least one call"
    ),
    (
      SeccompPolicy(
        defaultAction: "SCMP_ACT_ALLOW",
        rules: [
          .init(
            names: ["open"], action: "SCMP_ACT_TRAP",
            arguments: [.init(index: 6, value: 0, comparison: "SCMP_CMP_EQ")])
        ]),
      "linux.seccomp.syscalls[0].args[0].index: 6 is out of range, needed 0 to 5"
    ),
    (
      SeccompPolicy(
        defaultAction: "SCMP_ACT_ALLOW",
        rules: [
          .init(
            names: ["open"], action: "SCMP_ACT_TRAP", arguments: [.init(index: 0, value: 0, comparison: "==")]
          )
        ]),
      "linux.seccomp.syscalls[0].args[0].op: unknown operator \"==\", needed one such as \"SCMP_CMP_EQ\""
    ),
  ])
  func refuses(_ policy: SeccompPolicy, _ message: String) {
    let error = #expect(throws: SeccompError.self) { try compileSeccompFilter(policy) }
    #expect(error?.description == message)
  }
}
