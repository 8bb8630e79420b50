internal import LinuxSystem
internal import OCIRuntimeSpec

/// Looks for the program of a process as the runtime and the kernel do, and for what keeps it from being executed.
///
/// Only after an exec has failed: it costs nothing where all is well. Every path is resolved inside the root, which is
/// hostile: what is opened must be a regular file, and only its beginning is read.
struct ProgramLookup: ~Copyable {
  /// The container's root file system.
  let root: OwnedDescriptor
  /// What is mounted over it: a directory or file of the host's, or nil for what cannot be looked into from here.
  let covers: [(destination: String, source: String?)]
  /// What was to be executed, by whom.
  let process: RuntimeSpec.Process
  /// What the caller of the failed one is told: 126, or 127.
  let code: Int32

  /// For a place that cannot be looked into; then there is nothing to say.
  private static let hidden = SystemError("look", code: ErrorCode.invalid)

  /// What is wrong; nil when that cannot be told, or when it would not explain the code.
  func fault() -> ProgramFault? {
    do throws(SystemError) {
      guard let fault = try find(), fault.isAbsence == (code == 127) else { return nil }
      return fault
    } catch { return nil }
  }

  private func find() throws(SystemError) -> ProgramFault? {
    guard let name = process.args?.first, !name.isEmpty else { return nil }
    if name.utf8.contains(UInt8(ascii: "/")) { return try check(absolute(name), depth: 0) }
    let directories = searchPath
    var refusal: ProgramFault?
    for directory in directories {
      let path = absolute(directory.isEmpty ? name : "\(directory)/\(name)")
      switch try access(path) {
      case nil: return try check(path, depth: 0)
      case .some(let fault) where fault.isRefusal: refusal = refusal ?? fault
      default: continue
      }
    }
    return refusal ?? .notOnPath(name, directories: directories)
  }

  private var searchPath: [String] {
    let entry = (process.env ?? []).last { $0.hasPrefix("PATH=") }
    return (entry ?? "").dropFirst(5).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(process.cwd == "/" ? "" : process.cwd)/\(path)"
  }

  /// What is wrong with the file at `path` and whatever it needs to be executed.
  private func check(_ path: String, depth: Int) throws(SystemError) -> ProgramFault? {
    if let fault = try access(path) { return fault }
    let file = try open(path, [.readOnly, .nonBlocking, .noControllingTerminal])
    guard try fileStatus(of: file).kind == .regular else { return nil }
    switch ProgramHead(try file.readChunk(limit: ProgramHead.length, at: 0)) {
    case .empty: return .empty(path)
    case .truncatedELF: return .truncated(path)
    case .other(let isText): return .noFormat(path, isText: isText)
    case .script(let shebang): return try check(shebang, of: path, depth: depth)
    case .elf(let header): return try check(header, of: path, file)
    }
  }

  private func check(_ shebang: Shebang, of script: String, depth: Int) throws(SystemError) -> ProgramFault? {
    if shebang.isTooLong { return .shebangTooLong(script: script) }
    let interpreter = shebang.interpreter
    if interpreter.isEmpty { return .noInterpreter(script: script) }
    // The kernel follows so many scripts of scripts (linux, fs/exec.c, exec_binprm).
    guard depth < 5, let fault = try check(absolute(interpreter), depth: depth + 1) else { return nil }
    guard case .missing = fault else { return .badInterpreter(script: script, interpreter: fault) }
    return interpreter.utf8.last == 0x0d
      ? .carriageReturn(script: script, interpreter: interpreter)
      : .missingInterpreter(script: script, interpreter: interpreter)
  }

  private func check(
    _ header: ELFHeader, of path: String, _ file: borrowing OwnedDescriptor
  ) throws(SystemError) -> ProgramFault? {
    guard header.type == 2 || header.type == 3 else { return .notAProgram(path) }
    let here = MachineArchitecture.current
    let isMade = header.isMade(for: here)
    if isMade == false || (isMade == nil && code == 126) {
      return .otherMachine(path, made: header.machineName, here: here.goName, isHandled: code == 127)
    }
    guard let place = header.loader else { return nil }
    let bytes = try file.readChunk(limit: place.count, at: Int64(place.lowerBound)).prefix { $0 != 0 }
    let loader = String(decoding: bytes, as: UTF8.self)
    guard !loader.isEmpty else { return nil }
    if case .missing = try access(absolute(loader)) { return .missingLoader(path, loader: loader) }
    return nil
  }

  /// Why the file at `path` must not be executed; nil when it may be.
  private func access(_ path: String) throws(SystemError) -> ProgramFault? {
    let status: FileStatus
    do throws(SystemError) {
      status = try fileStatus(of: try open(path, .path))
    } catch {
      guard error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory else { throw error }
      return .missing(path)
    }
    if status.kind == .directory { return .directory(path) }
    guard status.kind == .regular else { throw Self.hidden }
    let bits = status.permissions
    guard bits & 0o111 != 0 else { return .notExecutable(path, permissions: bits) }
    let userID = process.user?.uid ?? 0
    guard userID != 0 else { return nil }
    let groups = [process.user?.gid ?? 0] + (process.user?.additionalGids ?? [])
    let bit: UInt32 = userID == status.userID ? 0o100 : groups.contains(status.groupID) ? 0o010 : 0o001
    if bits & bit != 0 { return nil }
    return .notExecutableBy(
      userID: userID, path, permissions: bits, owner: "\(status.userID):\(status.groupID)")
  }

  /// Opens what is at `path` in the container: in the root, or in what is mounted over it.
  private func open(_ path: String, _ flags: OpenFlags) throws(SystemError) -> OwnedDescriptor {
    let components = pathComponents(path)
    let cover = covers.last { components.starts(with: pathComponents($0.destination)) }
    guard let cover else { return try openInRoot(root, path, flags) }
    guard let source = cover.source else { throw Self.hidden }
    let rest = components.dropFirst(pathComponents(cover.destination).count)
    if rest.isEmpty { return try openFile(source, flags) }
    return try openInRoot(try openFile(source, [.path, .directory]), joinPath(Array(rest)), flags)
  }
}

extension ProgramFault {
  /// Whether a file is there that must not be executed.
  fileprivate var isRefusal: Bool {
    switch self {
    case .notExecutable, .notExecutableBy: true
    default: false
    }
  }

  /// Whether something is not there, which callers see as 127; the rest is 126.
  var isAbsence: Bool {
    switch self {
    case .notOnPath, .missing, .carriageReturn, .missingInterpreter, .missingLoader: true
    case .badInterpreter(_, let fault): fault.isAbsence
    case .otherMachine(_, _, _, let isHandled): isHandled
    case .directory, .notExecutable, .notExecutableBy, .empty, .noInterpreter, .shebangTooLong, .noFormat,
      .truncated, .notAProgram:
      false
    }
  }
}
