/// How a shim finds out whether its container is well: the options `--health-…` (spec/shim-protocol.md, Health).
package struct HealthSettings: Sendable, Equatable {
  /// The process.json of one check, absolute.
  package var processFile: String
  /// Between the end of one check and the beginning of the next.
  package var intervalMilliseconds: Int64
  /// After so long a check is killed and has failed.
  package var timeoutMilliseconds: Int64
  /// After the start; until then failures do not count.
  package var startPeriodMilliseconds: Int64
  /// As the interval, while the start period lasts and no check has succeeded.
  package var startIntervalMilliseconds: Int64
  /// So many failures in a row make it unhealthy; at least 1.
  package var retries: Int

  /// docker's defaults (moby, daemon/health.go: 30 s, 30 s, 0, 5 s, 3).
  package init(processFile: String) {
    self.processFile = processFile
    intervalMilliseconds = 30_000
    timeoutMilliseconds = 30_000
    startPeriodMilliseconds = 0
    startIntervalMilliseconds = 5_000
    retries = 3
  }
}
