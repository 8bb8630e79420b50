package import OCIImageSpec

extension ImageConfiguration.Execution {
  /// Carries out instructions, in order.
  /// - Throws: `InstructionError` for a value that cannot be.
  package mutating func apply(_ instructions: [ImageInstruction]) throws(InstructionError) {
    var hasCommand = false
    for instruction in instructions {
      if case .command = instruction { hasCommand = true }
      try apply(instruction)
      // A command was meant for the entrypoint before (moby, builder/dockerfile/dispatchers.go, dispatchEntrypoint).
      if case .entrypoint = instruction, !hasCommand { cmd = nil }
    }
  }

  private mutating func apply(_ instruction: ImageInstruction) throws(InstructionError) {
    let variables = env ?? []
    let expansion = InstructionExpansion { name in
      variables.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
    switch instruction {
    case .command(let form): cmd = words(form)
    case .entrypoint(let form): entrypoint = words(form)
    case .environment(let pairs):
      for pair in pairs { set(pair.name, to: try expansion.expand(pair.value)) }
    case .expose(let ports):
      for port in ports { try expose(try expansion.expand(port)) }
    case .label(let pairs):
      for pair in pairs {
        labels = (labels ?? [:]).merging([try expansion.expand(pair.name): try expansion.expand(pair.value)])
        { $1 }
      }
    case .user(let name): user = try expansion.expand(name)
    case .volume(let paths):
      for path in paths {
        let path = try expansion.expand(path)
        guard !path.isEmpty else { throw InstructionError("VOLUME specified can not be an empty string") }
        volumes = (volumes ?? [:]).merging([path: ImageConfiguration.Empty()]) { $1 }
      }
    case .workingDirectory(let path): workingDir = joined(workingDir ?? "/", try expansion.expand(path))
    case .onBuild(let trigger): onBuild = (onBuild ?? []) + [trigger]
    case .stopSignal(let signal): stopSignal = try expansion.expand(signal)
    case .healthcheck(let check): healthcheck = check
    }
  }

  private func words(_ form: ImageInstruction.CommandForm) -> [String]? {
    switch form {
    case .words(let words): words
    case .line(let line): line.isEmpty ? nil : (shell ?? ["/bin/sh", "-c"]) + [line]
    }
  }

  private mutating func set(_ name: String, to value: String) {
    var entries = env ?? []
    if let place = entries.firstIndex(where: { $0.hasPrefix(name + "=") }) {
      entries[place] = "\(name)=\(value)"
    } else {
      entries.append("\(name)=\(value)")
    }
    env = entries
  }

  /// `80`, `80/udp`, `8000-8010/tcp`.
  private mutating func expose(_ text: String) throws(InstructionError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let kind = parts.count > 1 ? parts[1].lowercased() : "tcp"
    guard ["tcp", "udp", "sctp"].contains(kind), (1...2).contains(bounds.count),
      bounds.allSatisfy((1...65535).contains), bounds[0] <= bounds[bounds.count - 1]
    else { throw InstructionError("invalid containerPort: \(text): expected PORT[-PORT][/tcp|udp|sctp]") }
    for port in bounds[0]...bounds[bounds.count - 1] {
      exposedPorts = (exposedPorts ?? [:]).merging(["\(port)/\(kind)": ImageConfiguration.Empty()]) { $1 }
    }
  }

  /// A path from a directory on, `.` and `..` resolved as text.
  private func joined(_ directory: String, _ path: String) -> String {
    var parts: [Substring.UTF8View.SubSequence] = []
    let whole = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    for part in whole.utf8.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.map { String(Substring($0)) }.joined(separator: "/")
  }
}
