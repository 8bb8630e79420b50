import ShimProtocol
import Testing

/// The values of `--log-opt`.
struct LogOptionsTests {
  @Test func whatIsRenderedIsReadBack() throws {
    var options = LogOptions()
    #expect(options.arguments == [])
    options.maximumBytes = 4096
    options.maximumFiles = 2
    options.compresses = true
    options.fields = [.init("a", "b=c"), .init("d", "")]
    #expect(try LogOptions(options.arguments, for: .jsonFile) == options)
    options.maximumBytes = nil
    options.compresses = false
    #expect(try LogOptions(options.arguments, for: .jsonFile) == options)
  }

  @Test(
    arguments: [
      ("max-size", .jsonFile, "--log-opt \"max-size\" is no NAME=VALUE"),
      ("max-size=10m", .jsonFile, "--log-opt max-size=10m: not a number from 1 on"),
      ("max-size=0", .jsonFile, "--log-opt max-size=0: not a number from 1 on"),
      ("max-file=501", .k8sFile, "--log-opt max-file=501: not a number from 1 to 500"),
      ("compress=1", .k8sFile, "--log-opt compress=1: \"true\" or \"false\""),
      ("max-size=1", .journald, "--log-opt \"max-size\" means nothing to the log driver \"journald\""),
      ("field.a=1", .k8sFile, "--log-opt \"field.a\" means nothing to the log driver \"k8s-file\""),
      ("field.a=1", .journald, "--log-opt field.a: the journal has no field of this name"),
      ("field._A=1", .journald, "--log-opt field._A: the journal has no field of this name"),
      ("color=red", .jsonFile, "--log-opt \"color\" means nothing to the log driver \"json-file\""),
    ] as [(String, LogDriver, String)])
  func whatCannotBeMeantIsRefused(text: String, driver: LogDriver, message: String) {
    #expect(throws: ShimUsageError(message)) { try LogOptions([text], for: driver) }
  }

  @Test func compressionNeedsRotation() {
    #expect(throws: ShimUsageError.self) { try LogOptions(["compress=true", "max-file=1"], for: .jsonFile) }
    #expect(throws: ShimUsageError.self) { try LogOptions(["compress=true", "max-size=-1"], for: .jsonFile) }
  }
}
