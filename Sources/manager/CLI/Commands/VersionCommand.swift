internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Store
internal import Templates

/// `apus version`, and what `--version` prints; in docker's layout (docker/cli, command/system/version.go).
enum VersionCommand: ManagerCommand {
  /// The version of the three programs.
  static let version = "0.1.0"
  /// Of docker's API, whose documents `inspect` prints.
  private static let apiVersion = "1.51"

  static var grammar: Command {
    Command(
      "version", summary: "Show the version and where the parts are", usage: "[OPTIONS]",
      options: [InspectOutput.option])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let output = try InspectOutput(invocation, shape: TemplateShape(maps: ["Details"]))
    try invocation.require(exactly: 0)
    let programs = try context.programs()
    let (shim, runtime) = (try programs.shim(), try programs.runtime())
    guard invocation.value("format") ?? "" == "" else {
      try output.printOne(document(shim: shim, runtime: runtime))
      return 0
    }
    let platform = "linux/\(MachineArchitecture.current.goName)"
    try Answer.print(
      """
      Client:
       Version:           \(version)
       API version:       \(apiVersion)
       OS/Arch:           \(platform)
       Context:           default

      Server: apus
       Engine:
        Version:          \(version)
        API version:      \(apiVersion) (minimum version \(apiVersion))
        OS/Arch:          \(platform)
        Experimental:     false
        Root:             \(context.paths.root)
        Run root:         \(context.paths.runRoot)
       apus-shim:
        Version:          \(version)
        Path:             \(shim)
       \(splitPath(runtime).name):
        Path:             \(runtime)

      """)
    return 0
  }

  /// docker has the API's version under one name in JSON and another in templates; here it is there under both.
  private static func document(shim: String, runtime: String) -> JSONValue {
    let arch = JSONValue.string(MachineArchitecture.current.goName)
    let version = JSONValue.string(version)
    let api = JSONValue.string(apiVersion)
    let components: JSONValue = [
      [
        "Name": "Engine", "Version": version,
        "Details": [
          "ApiVersion": api, "Arch": arch, "Experimental": "false", "MinAPIVersion": api, "Os": "linux",
        ],
      ],
      ["Name": "apus-shim", "Version": version, "Details": ["Path": .string(shim)]],
      ["Name": .string(splitPath(runtime).name), "Version": "", "Details": ["Path": .string(runtime)]],
    ]
    return [
      "Client": [
        "Version": version, "ApiVersion": api, "APIVersion": api, "DefaultAPIVersion": api, "Os": "linux",
        "Arch": arch,
        "Context": "default",
      ],
      "Server": [
        "Platform": ["Name": "apus"], "Components": components, "Version": version, "ApiVersion": api,
        "APIVersion": api, "MinAPIVersion": api, "Os": "linux", "Arch": arch,
        "KernelVersion": .string(HostFacts.gather().kernel),
      ],
    ]
  }
}
