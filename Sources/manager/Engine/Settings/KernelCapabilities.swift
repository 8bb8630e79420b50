internal import LinuxSystem
internal import Options

/// What this kernel and this process have to give.
enum KernelCapabilities {
  /// The capabilities in this process's bounding set: nobody can give a container more. A later kernel's, which this
  /// program has no name for, are none of them.
  static func known() throws(EngineError) -> Set<Capability> {
    let text: String
    do throws(SystemError) { text = try readText("/proc/self/status") } catch {
      throw EngineError("look at capabilities", error)
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("CapBnd:") }
    let digits = line?.dropFirst("CapBnd:".count).filter { !$0.isWhitespace } ?? ""
    guard let mask = UInt64(digits, radix: 16) else {
      throw EngineError(.failed, "/proc/self/status: no CapBnd line; is this /proc Linux's?")
    }
    return Set(Capability.allCases.filter { mask & $0.bit != 0 })
  }
}
