package import JSONDocument
package import OCIRuntimeSpec
package import Options

/// A filter of system calls as a file of `--security-opt seccomp=FILE` has it: the runtime specification's members, and
/// docker's, which say for whom a rule is (moby, profiles/seccomp/seccomp.go).
package struct SeccompDocument: DocumentReadable, Sendable {
  private typealias Seccomp = RuntimeSpec.Linux.Seccomp

  private let base: RuntimeSpec.Linux.Seccomp
  private let architectureMap: [ArchitectureEntry]
  private let entries: [Entry]

  /// Reads the text.
  /// - Parameter file: where it came from.
  /// - Throws: `EngineError.invalid` naming the file, the place in it, and what is wrong there.
  package init(text: String, file: String = "seccomp profile") throws(EngineError) {
    do throws(DocumentError) {
      self = try JSON.read(SeccompDocument.self, from: Array(text.utf8), file: file)
    } catch {
      var named = error
      named.file = file
      throw EngineError(.invalid, "\(named)")
    }
  }

  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    base = RuntimeSpec.Linux.Seccomp(
      defaultAction: try members.read("defaultAction"), defaultErrnoRet: try members.read("defaultErrnoRet"),
      architectures: try members.read("architectures"), flags: try members.read("flags"),
      listenerPath: try members.read("listenerPath"), listenerMetadata: try members.read("listenerMetadata"))
    architectureMap = try members.read("archMap") ?? []
    entries = try members.read("syscalls") ?? []
    guard architectureMap.isEmpty || (base.architectures ?? []).isEmpty else {
      throw DocumentError(
        file: "seccomp profile", path: [.member("archMap")],
        rule: "both 'architectures' and 'archMap' are specified in the seccomp profile, use either")
    }
  }

  /// The filter for one container. Pure.
  /// - Parameter kernel: the version's first two numbers.
  package func compile(
    capabilities: Set<Capability>, architecture: MachineArchitecture, kernel: (Int, Int)
  ) -> RuntimeSpec.Linux.Seccomp {
    let native: RuntimeSpec.Linux.Seccomp.Architecture =
      switch architecture {
      case .x86_64: .x86_64
      case .arm64: .aarch64
      }
    var result = base
    if let entry = architectureMap.first(where: { $0.architecture == native }) {
      result.architectures = [entry.architecture] + entry.others
    }
    let names = Set(capabilities.map(\.name))
    let holds = { (condition: Condition) in
      (condition.architectures.isEmpty || condition.architectures.contains(architecture.goName))
        && condition.capabilities.allSatisfy(names.contains) && condition.isReached(by: kernel)
    }
    let touches = { (condition: Condition) in
      condition.architectures.contains(architecture.goName)
        || condition.capabilities.contains(where: names.contains)
        || (condition.kernel != nil && condition.isReached(by: kernel))
    }
    result.syscalls = entries.filter { holds($0.includes) && !touches($0.excludes) }.map(\.rule)
    return result
  }

  private struct ArchitectureEntry: DocumentReadable, Sendable {
    let architecture: RuntimeSpec.Linux.Seccomp.Architecture
    let others: [RuntimeSpec.Linux.Seccomp.Architecture]

    init(reading members: MemberReader) throws(DocumentError) {
      architecture = try members.read("architecture")
      others = try members.read("subArchitectures") ?? []
    }
  }

  private struct Entry: DocumentReadable, Sendable {
    let rule: RuntimeSpec.Linux.Seccomp.Rule
    let includes: Condition
    let excludes: Condition

    init(reading members: MemberReader) throws(DocumentError) {
      let name: String? = try members.read("name")
      let names: [String] = try members.read("names") ?? []
      guard (name ?? "").isEmpty || names.isEmpty else {
        throw DocumentError(
          file: "seccomp profile", path: [.member("syscalls")],
          rule: "both 'name' and 'names' are specified in the seccomp profile, use either")
      }
      rule = RuntimeSpec.Linux.Seccomp.Rule(
        names: names.isEmpty ? [name ?? ""] : names, action: try members.read("action"),
        errnoRet: try members.read("errnoRet"), args: try members.read("args"))
      includes = try members.read("includes") ?? Condition()
      excludes = try members.read("excludes") ?? Condition()
    }
  }

  /// For whom a rule is, or is not.
  private struct Condition: DocumentReadable, Sendable {
    var capabilities: [String] = []
    /// As Go names them.
    var architectures: [String] = []
    /// The least version, its first two numbers.
    var kernel: [Int]?

    init() {}

    init(reading members: MemberReader) throws(DocumentError) {
      capabilities = try members.read("caps") ?? []
      architectures = try members.read("arches") ?? []
      let version: String? = try members.read("minKernel")
      if let version {
        let numbers = version.split(separator: ".").map { Int($0) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else {
          throw DocumentError(
            file: "seccomp profile", path: [.member("minKernel")],
            rule: "invalid kernel version: \"\(version)\"")
        }
        kernel = [major, minor]
      }
    }

    func isReached(by version: (Int, Int)) -> Bool {
      guard let kernel else { return true }
      return version >= (kernel[0], kernel[1])
    }
  }
}
