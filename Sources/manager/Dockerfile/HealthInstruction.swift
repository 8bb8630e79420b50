internal import JSONDocument
internal import OCIImageSpec
internal import Options

/// `HEALTHCHECK [--interval=30s …] CMD …`, or `HEALTHCHECK NONE`.
enum HealthInstruction {
  static func read(_ text: String) throws(InstructionError) -> ImageConfiguration.Healthcheck {
    var check = ImageConfiguration.Healthcheck()
    var rest = text
    while rest.hasPrefix("--") {
      let option = rest.prefix { !$0.isWhitespace }
      try set(option, in: &check)
      rest = trimmed(rest.dropFirst(option.count))
    }
    let kind = rest.prefix { !$0.isWhitespace }
    let command = trimmed(rest.dropFirst(kind.count))
    switch kind.uppercased() {
    case "NONE":
      guard command.isEmpty else { throw InstructionError("HEALTHCHECK NONE takes no arguments") }
      check.test = ["NONE"]
    case "CMD":
      guard !command.isEmpty else { throw InstructionError("Missing command after HEALTHCHECK CMD") }
      check.test = words(command).map { ["CMD"] + $0 } ?? ["CMD-SHELL", command]
    default: throw InstructionError("Unknown type \"\(kind)\" in HEALTHCHECK (try CMD)")
    }
    return check
  }

  private static func words(_ text: String) -> [String]? {
    guard text.hasPrefix("[") else { return nil }
    do throws(DocumentError) {
      return try JSON.decode([String].self, from: Array(text.utf8), file: "HEALTHCHECK")
    } catch { return nil }
  }

  private static func set(
    _ option: Substring, in check: inout ImageConfiguration.Healthcheck
  ) throws(InstructionError) {
    let parts = option.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw InstructionError("HEALTHCHECK: \(option) needs a value") }
    switch parts[0] {
    case "interval": check.interval = try nanoseconds(parts[1], option)
    case "timeout": check.timeout = try nanoseconds(parts[1], option)
    case "start-period": check.startPeriod = try nanoseconds(parts[1], option)
    case "start-interval": check.startInterval = try nanoseconds(parts[1], option)
    case "retries":
      guard let count = Int(parts[1]), count >= 0 else {
        throw InstructionError("HEALTHCHECK: \(option): expected a whole number, at least 0")
      }
      check.retries = count
    default: throw InstructionError("HEALTHCHECK: unknown flag: --\(parts[0])")
    }
  }

  private static func nanoseconds(_ text: String, _ option: Substring) throws(InstructionError) -> Int64 {
    do throws(OptionError) {
      let duration = try GoDuration(text, option: String(option)).nanoseconds
      if duration == 0 || duration >= 1_000_000 { return duration }
    } catch {}
    throw InstructionError("HEALTHCHECK: \(option): expected a time of at least 1ms, such as 30s")
  }
}
