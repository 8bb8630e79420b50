package import OCIRuntimeSpec
package import Options

/// The system call filter of every container: what is not named fails with EPERM. The facts are moby's
/// (moby/profiles, seccomp/default.json, 2026); the tables are in DefaultSeccompTables.swift.
package enum DefaultSeccomp {
  /// The document's part that a filter is.
  package typealias Profile = RuntimeSpec.Linux.Seccomp

  private static let notPermitted: UInt32 = 1  // EPERM
  private static let notImplemented: UInt32 = 38  // ENOSYS

  /// Compiles the filter for a container. Rules that speak of a capability are in it only when the container has the
  /// capability, so the filter never allows what the kernel would refuse anyhow.
  package static func profile(
    capabilities: some Sequence<Capability>, architecture: MachineArchitecture
  ) -> Profile {
    let capabilities = Array(capabilities)
    return Profile(
      defaultAction: .errno, defaultErrnoRet: notPermitted, architectures: architectures(architecture),
      syscalls: [rule(allowed(architecture) + gated(capabilities))] + sockets + personalities
        + clone(capabilities))
  }

  /// The 32-bit programs that a 64-bit kernel runs are filtered too, or they would be a way around.
  private static func architectures(_ architecture: MachineArchitecture) -> [Profile.Architecture] {
    switch architecture {
    case .x86_64: [.x86_64, .x86, .x32]
    case .arm64: [.aarch64, .arm]
    }
  }

  private static func allowed(_ architecture: MachineArchitecture) -> [String] {
    let own =
      switch architecture {
      case .x86_64: x86Calls
      case .arm64: armCalls
      }
    // By bytes: what is white space among all characters takes half a millisecond to ask.
    let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
    return (commonCalls + " " + own).utf8.split(whereSeparator: isSeparator).map { String(Substring($0)) }
  }

  /// Each call once, though several capabilities may open it.
  private static func gated(_ capabilities: [Capability]) -> [String] {
    var names: [String] = []
    for (capability, calls) in capabilityCalls where capabilities.contains(capability) {
      for call in calls.utf8.split(separator: UInt8(ascii: " ")) {
        let name = String(Substring(call))
        if !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  /// Address families by number (`AF_…`), those that cannot be reached without CAP_SYS_ADMIN or that are a way out or
  /// a large and little-tested part of the kernel left out: DECnet, Econet, ATM SVC, IrDA, WANPIPE, ISDN, CAIF, ALG,
  /// vsock.
  private static var sockets: [Profile.Rule] {
    let families: [ClosedRange<UInt64>] = [
      13...18, 21...22, 24...24, 26...33, 35...36, 39...39, 41...45,
    ]
    return [rule(["socket"], Profile.Argument(index: 0, value: 12, op: .lessThan))]
      + families.flatMap { $0 }.map { family in
        rule(["socket"], Profile.Argument(index: 0, value: family, op: .equal))
      }
  }

  /// Execution domains: Linux, LINUX32, UNAME26 alone or with it, and the question which one it is (0xffffffff).
  private static var personalities: [Profile.Rule] {
    [0, 0x0008, 0x20000, 0x20008, 0xffff_ffff].map { (domain: UInt64) in
      rule(["personality"], Profile.Argument(index: 0, value: domain, op: .equal))
    }
  }

  /// Without CAP_SYS_ADMIN no new namespaces: clone is looked into, and clone3, whose flags lie in memory where a
  /// filter cannot look, is answered as missing, so that libc falls back on clone.
  private static func clone(_ capabilities: [Capability]) -> [Profile.Rule] {
    guard !capabilities.contains(.sys_admin) else { return [] }
    // CLONE_NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET | NEWNS
    let namespaces: UInt64 = 0x7e02_0000
    return [
      rule(
        ["clone"], Profile.Argument(index: 0, value: namespaces, valueTwo: 0, op: .maskedEqual)),
      Profile.Rule(names: ["clone3"], action: .errno, errnoRet: notImplemented),
    ]
  }

  private static func rule(_ names: [String], _ argument: Profile.Argument? = nil) -> Profile.Rule {
    Profile.Rule(names: names, action: .allow, args: argument.map { [$0] })
  }
}
