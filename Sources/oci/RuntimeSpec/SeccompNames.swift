import JSONDocument

extension RuntimeSpec.Linux.Seccomp {
  /// What can happen to a call, by libseccomp's names.
  package enum Action: String, ClosedStringSet {
    /// The thread dies; the older name.
    case kill = "SCMP_ACT_KILL"
    /// The process dies.
    case killProcess = "SCMP_ACT_KILL_PROCESS"
    /// The thread dies.
    case killThread = "SCMP_ACT_KILL_THREAD"
    /// The thread gets `SIGSYS`.
    case trap = "SCMP_ACT_TRAP"
    /// The call fails.
    case errno = "SCMP_ACT_ERRNO"
    /// A tracer decides.
    case trace = "SCMP_ACT_TRACE"
    /// The call is made.
    case allow = "SCMP_ACT_ALLOW"
    /// The call is made and logged.
    case log = "SCMP_ACT_LOG"
    /// The listener decides.
    case notify = "SCMP_ACT_NOTIFY"

    /// "action".
    package static var noun: String { "action" }
  }

  /// How an argument is compared, by libseccomp's names.
  package enum Operator: String, ClosedStringSet {
    /// Not equal.
    case notEqual = "SCMP_CMP_NE"
    /// Less.
    case lessThan = "SCMP_CMP_LT"
    /// Less or equal.
    case lessOrEqual = "SCMP_CMP_LE"
    /// Equal.
    case equal = "SCMP_CMP_EQ"
    /// Greater or equal.
    case greaterOrEqual = "SCMP_CMP_GE"
    /// Greater.
    case greaterThan = "SCMP_CMP_GT"
    /// Equal under a mask.
    case maskedEqual = "SCMP_CMP_MASKED_EQ"

    /// "operator".
    package static var noun: String { "operator" }
  }

  /// Flags for `seccomp(2)`.
  package enum Flag: String, ClosedStringSet {
    /// All threads get the filter.
    case threadSync = "SECCOMP_FILTER_FLAG_TSYNC"
    /// All actions but allow are logged.
    case log = "SECCOMP_FILTER_FLAG_LOG"
    /// Speculative store bypass stays as it is.
    case speculationAllow = "SECCOMP_FILTER_FLAG_SPEC_ALLOW"
    /// Only a fatal signal ends the wait for a listener.
    case waitKillableReceive = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"

    /// "flag".
    package static var noun: String { "flag" }
  }

  /// Architectures, by libseccomp's names.
  package enum Architecture: String, ClosedStringSet {
    /// x86, 32 bits.
    case x86 = "SCMP_ARCH_X86"
    /// x86, 64 bits.
    case x86_64 = "SCMP_ARCH_X86_64"
    /// x86, 64 bits with 32-bit pointers.
    case x32 = "SCMP_ARCH_X32"
    /// Arm, 32 bits.
    case arm = "SCMP_ARCH_ARM"
    /// Arm, 64 bits.
    case aarch64 = "SCMP_ARCH_AARCH64"
    /// LoongArch, 64 bits.
    case loongarch64 = "SCMP_ARCH_LOONGARCH64"
    /// Motorola 68000.
    case m68k = "SCMP_ARCH_M68K"
    /// MIPS, 32 bits.
    case mips = "SCMP_ARCH_MIPS"
    /// MIPS, 64 bits.
    case mips64 = "SCMP_ARCH_MIPS64"
    /// MIPS, 64 bits with 32-bit pointers.
    case mips64n32 = "SCMP_ARCH_MIPS64N32"
    /// MIPS little-endian, 32 bits.
    case mipsel = "SCMP_ARCH_MIPSEL"
    /// MIPS little-endian, 64 bits.
    case mipsel64 = "SCMP_ARCH_MIPSEL64"
    /// MIPS little-endian, 64 bits with 32-bit pointers.
    case mipsel64n32 = "SCMP_ARCH_MIPSEL64N32"
    /// PowerPC, 32 bits.
    case ppc = "SCMP_ARCH_PPC"
    /// PowerPC, 64 bits.
    case ppc64 = "SCMP_ARCH_PPC64"
    /// PowerPC little-endian, 64 bits.
    case ppc64le = "SCMP_ARCH_PPC64LE"
    /// System/390.
    case s390 = "SCMP_ARCH_S390"
    /// z/Architecture.
    case s390x = "SCMP_ARCH_S390X"
    /// SuperH.
    case sh = "SCMP_ARCH_SH"
    /// SuperH big-endian.
    case sheb = "SCMP_ARCH_SHEB"
    /// PA-RISC, 32 bits.
    case parisc = "SCMP_ARCH_PARISC"
    /// PA-RISC, 64 bits.
    case parisc64 = "SCMP_ARCH_PARISC64"
    /// RISC-V, 64 bits.
    case riscv64 = "SCMP_ARCH_RISCV64"

    /// "architecture".
    package static var noun: String { "architecture" }
  }
}
