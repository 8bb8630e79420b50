import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The runtime in the hands of somebody who is not root.
extension Fixture {
  /// Nobody else's id, with nothing in /etc/subuid.
  static var userID: Int { 61_234 }

  /// The words before a command that make it the user's.
  static var asUserWords: [String] {
    ["--reuid=\(userID)", "--regid=\(userID)", "--clear-groups", "--"]
  }

  var userProgram: String { directory + "/bin/apus-runtime" }

  /// The program where everybody can execute it, and a runtime directory of the user's.
  func prepareUser() throws {
    let program = try #require(Host.findProgram("apus-runtime"))
    try run("install", ["-D", "-m", "755", program, userProgram]).succeeded()
    try makeDirectory(directory + "/xdg", mode: 0o700)
    try run("chown", ["\(Self.userID)", directory + "/xdg"]).succeeded()
  }

  /// Runs the runtime as the user.
  func asUser(
    _ arguments: [String], environment: [String: String] = [:], files: [String] = []
  ) throws -> Outcome {
    try run(
      "setpriv", Self.asUserWords + [userProgram] + arguments,
      environment: ["XDG_RUNTIME_DIR": directory + "/xdg"].merging(environment) { $1 },
      directory: "/", files: files)
  }

  /// A bundle with what `spec --rootless` writes; the root file system stays root's.
  func userBundle(_ args: [String], edit: (inout ConfigTree) -> Void = { _ in }) throws -> TestBundle {
    let bundle = try self.bundle(args)
    try removeFile(bundle.path + "/config.json")
    try run("chown", ["\(Self.userID)", bundle.path]).succeeded()
    try asUser(["spec", "--rootless", "--bundle", bundle.path]).succeeded()
    var config = ConfigTree(try JSON.parse(try readFile(bundle.path + "/config.json"), file: "config.json"))
    config["process.terminal"] = false
    config["process.args"] = .array(args.map { .string($0) })
    edit(&config)
    try write(config, to: bundle)
    return bundle
  }
}
