internal import CLinux
internal import Glibc

/// Signal numbers and names (signal(7)).
package enum Signal {
  package static let hangUp = SIGHUP
  package static let interrupt = SIGINT
  package static let quit = SIGQUIT
  package static let kill = SIGKILL
  package static let pipe = SIGPIPE
  package static let alarm = SIGALRM
  package static let terminate = SIGTERM
  package static let child = SIGCHLD
  package static let `continue` = SIGCONT
  package static let stop = SIGSTOP
  package static let terminalStop = SIGTSTP
  package static let terminalInput = SIGTTIN
  package static let terminalOutput = SIGTTOU
  package static let windowChange = SIGWINCH
  package static let user1 = SIGUSR1
  package static let user2 = SIGUSR2
  /// The largest signal number, SIGRTMAX.
  package static let last: Int32 = 64

  private static let names: [(String, Int32)] = [
    ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ILL", SIGILL), ("TRAP", SIGTRAP),
    ("ABRT", SIGABRT),
    ("IOT", SIGABRT), ("BUS", SIGBUS), ("FPE", SIGFPE), ("KILL", SIGKILL), ("USR1", SIGUSR1),
    ("SEGV", SIGSEGV),
    ("USR2", SIGUSR2), ("PIPE", SIGPIPE), ("ALRM", SIGALRM), ("TERM", SIGTERM), ("STKFLT", 16),
    ("CHLD", SIGCHLD),
    ("CLD", SIGCHLD), ("CONT", SIGCONT), ("STOP", SIGSTOP), ("TSTP", SIGTSTP), ("TTIN", SIGTTIN),
    ("TTOU", SIGTTOU), ("URG", SIGURG), ("XCPU", SIGXCPU), ("XFSZ", SIGXFSZ), ("VTALRM", SIGVTALRM),
    ("PROF", SIGPROF), ("WINCH", SIGWINCH), ("IO", SIGIO), ("POLL", SIGIO), ("PWR", SIGPWR), ("SYS", SIGSYS),
    ("RTMIN", 34), ("RTMAX", 64),
  ]

  /// The number for `TERM`, `SIGTERM`, `sigterm`, `15`, `RTMIN+3` or `RTMAX-1`; nil when it is none.
  package static func number(_ text: String) -> Int32? {
    if let number = Int32(text) { return (1...last).contains(number) ? number : nil }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    if let pair = names.first(where: { $0.0 == name }) { return pair.1 }
    for (prefix, base, sign) in [("RTMIN+", Int32(34), Int32(1)), ("RTMAX-", 64, -1)]
    where name.hasPrefix(prefix) {
      guard let offset = Int32(name.dropFirst(prefix.count)), offset >= 0 else { return nil }
      let number = base + sign * offset
      return (34...64).contains(number) ? number : nil
    }
    return nil
  }

  /// The name without `SIG`, or the number in decimal when it has none.
  package static func name(_ number: Int32) -> String {
    names.first { $0.1 == number }?.0 ?? "\(number)"
  }

  /// The kernel's mask for a list of signals: bit n-1 stands for signal n.
  static func mask(_ signals: [Int32]) -> UInt64 {
    signals.reduce(0) { $0 | (1 << UInt64($1 - 1)) }
  }
}

/// Signals that arrive as readable events instead of interrupting the program (signalfd(2)).
package struct SignalWatch: ~Copyable {
  /// Readable when a signal is pending.
  package let descriptor: OwnedDescriptor

  /// Blocks `signals` for this process and opens a descriptor for them. Calls `rt_sigprocmask(2)`, `signalfd4(2)`.
  package init(_ signals: [Int32]) throws(SystemError) {
    let mask = Signal.mask(signals)
    try checkDone("sigprocmask") { clinux_sigprocmask(Int32(clinux_SIG_BLOCK), mask) }
    descriptor = OwnedDescriptor(
      owning: try check("signalfd") { clinux_signalfd(-1, mask, Int32(clinux_O_CLOEXEC) | O_NONBLOCK) })
  }

  /// The next pending signal's number; nil when there is none.
  package borrowing func next() throws(SystemError) -> Int32? {
    var bytes: [UInt8] = []
    do throws(SystemError) { try descriptor.read(into: &bytes, limit: 128) } catch {
      if error.code == EAGAIN { return nil }
      throw error
    }
    // struct signalfd_siginfo starts with the signal number, in the machine's (little-endian) order.
    return bytes.count < 4 ? nil : bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int32($1) }
  }
}

/// Signals that are taken one at a time by a program that does nothing else (sigwaitinfo(2)).
package struct SignalQueue: ~Copyable {
  private let set: sigset_t

  /// Blocks every signal that can be blocked, but those that a fault of the process itself raises. Calls
  /// `sigprocmask(2)`.
  package init() throws(SystemError) {
    var set = sigset_t()
    _ = unsafe sigfillset(&set)
    for fault in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS] {
      _ = unsafe sigdelset(&set, fault)
    }
    self.set = set
    try checkDone("sigprocmask") { unsafe sigprocmask(SIG_BLOCK, &set, nil) }
  }

  /// Waits for the next. Calls `sigwaitinfo(2)`.
  package borrowing func next() throws(SystemError) -> Int32 {
    var set = set
    return try check("sigwaitinfo") { unsafe sigwaitinfo(&set, nil) }
  }
}

/// Unblocks every signal and gives each its default action, as a program that is started expects.
///
/// Those too that glibc keeps for itself, and leaves ignored in what posix_spawn(3) has started.
/// Calls `rt_sigaction(2)` and `rt_sigprocmask(2)`.
package func resetSignals() throws(SystemError) {
  try checkDone("sigaction") { clinux_reset_signals() }
  try checkDone("sigprocmask") { clinux_sigprocmask(Int32(clinux_SIG_SETMASK), 0) }
}

/// Has a signal end process 1 of a pid namespace, whom the kernel spares what it does not handle (pid_namespaces(7)); any
/// other process is left as it is. A program that it executes has the default action again. Calls `signal(2)`.
package func endFirstProcess(on number: Int32) {
  guard getpid() == 1 else { return }
  _ = signal(number) { number in _exit(128 + number) }
}

/// Ignores a signal in this process and, until it resets it, in programs it starts. Calls `signal(2)`.
package func ignoreSignal(_ number: Int32) { _ = signal(number, SIG_IGN) }
