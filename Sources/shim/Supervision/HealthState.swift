internal import JSONDocument
internal import LinuxSystem
internal import ShimProtocol

/// What the checks of a container's health have shown so far: docker's State.Health (moby, daemon/health.go,
/// handleProbeResult).
struct HealthState: Sendable, Equatable {
  enum Status: String, Sendable {
    case starting, healthy, unhealthy
  }

  /// One check that has ended.
  struct Result: Sendable, Equatable {
    let start: Timestamp
    let end: Timestamp
    /// 0 is well; -1 for one that could not be run or took too long.
    let exitCode: Int32
    let output: String
  }

  /// How many checks are remembered.
  static let logLimit = 5

  private(set) var status = Status.starting
  /// How many failures in a row there were.
  private(set) var failingStreak = 0
  /// The last checks, the newest last.
  private(set) var log: [Result] = []

  /// Takes what a check has shown.
  /// - Parameters:
  ///   - retries: so many failures in a row are unhealthy.
  ///   - inStartPeriod: whether the check began while the start period lasted; until the first success it then does not
  ///     count as a failure.
  mutating func take(_ result: Result, retries: Int, inStartPeriod: Bool) {
    if log.count == Self.logLimit { log.removeFirst() }
    log.append(result)
    if result.exitCode == 0 {
      failingStreak = 0
      status = .healthy
    } else if status != .starting || !inStartPeriod {
      failingStreak += 1
      if failingStreak >= retries { status = .unhealthy }
    }
  }

  /// docker's JSON.
  var document: JSONValue {
    [
      "Status": .string(status.rawValue),
      "FailingStreak": .integer(Int64(failingStreak)),
      "Log": .array(
        log.map { result in
          [
            "Start": .string(result.start.description), "End": .string(result.end.description),
            "ExitCode": .integer(Int64(result.exitCode)), "Output": .string(result.output),
          ]
        }),
    ]
  }
}

/// What a check writes: its first 4096 bytes, and `...` when there was more (moby, daemon/health.go, limitedBuffer).
struct HealthOutput: Sendable, Equatable {
  private static let limit = 4096
  private var bytes: [UInt8] = []
  private var isCut = false

  mutating func take(_ more: ArraySlice<UInt8>) {
    let room = Self.limit - bytes.count
    bytes += more.prefix(room)
    if more.count > room { isCut = true }
  }

  /// With U+FFFD in the place of what is no UTF-8.
  var text: String { String(decoding: bytes, as: UTF8.self) + (isCut ? "..." : "") }

  /// What docker shows of a check that took too long.
  func timedOut(afterMilliseconds timeout: Int64) -> String {
    "Health check exceeded timeout (\(goDuration(milliseconds: timeout)))"
      + (bytes.isEmpty ? "" : ": \(text)")
  }
}

/// A time as Go prints it: `500ms`, `1.5s`, `1m30s`, `1h0m0s` (time.Duration.String).
func goDuration(milliseconds: Int64) -> String {
  if milliseconds == 0 { return "0s" }
  if milliseconds < 1000 { return "\(milliseconds)ms" }
  let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000)
  var fraction = rest % 1000 == 0 ? "" : ".\(String(1000 + rest % 1000).dropFirst())"
  while fraction.hasSuffix("0") { fraction.removeLast() }
  let seconds = "\(rest / 1000)\(fraction)s"
  if minutes == 0 { return seconds }
  return minutes < 60 ? "\(minutes)m\(seconds)" : "\(minutes / 60)h\(minutes % 60)m\(seconds)"
}
