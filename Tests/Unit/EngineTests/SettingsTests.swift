import JSONDocument
import OCIImageSpec
import Options
import Testing

@testable import Engine

@Suite("What is asked for, merged with what the image says")
struct SettingsTests {
  static let id = "abcdef0123456789" + String(repeating: "0", count: 48)

  static func settings(
    _ image: ImageConfiguration.Execution = .init(cmd: ["sh"]),
    mounts: [ContainerMount] = [], _ change: (inout CreateRequest) throws -> Void = { _ in }
  ) throws -> ContainerSettings {
    var request = CreateRequest(image: "img")
    try change(&request)
    return try ContainerSettings(
      request, id: id, layers: ["sha256:1"], image: image, knownCapabilities: Set(Capability.allCases),
      runtime: "/usr/bin/runtime", mounts: mounts)
  }

  static let image = ImageConfiguration.Execution(
    user: "app", env: ["PATH=/app", "LANG=C"], entrypoint: ["/entry"], cmd: ["serve"], workingDir: "/srv/",
    labels: ["a": "1", "b": "2"], stopSignal: "SIGINT")

  // MARK: program

  @Test func theImagesProgramIsTheDefault() throws {
    #expect(try Self.settings(Self.image).arguments == ["/entry", "serve"])
  }

  @Test func aCommandReplacesTheImagesCommandOnly() throws {
    #expect(try Self.settings(Self.image) { $0.command = ["a", "b"] }.arguments == ["/entry", "a", "b"])
  }

  @Test func anEntrypointTakesTheImagesCommandAway() throws {
    #expect(try Self.settings(Self.image) { $0.entrypoint = "/mine" }.arguments == ["/mine"])
    #expect(
      try Self.settings(Self.image) {
        $0.entrypoint = "/mine"
        $0.command = ["x"]
      }.arguments == ["/mine", "x"])
  }

  @Test func anEmptyEntrypointLeavesTheCommandAlone() throws {
    #expect(
      try Self.settings(Self.image) {
        $0.entrypoint = ""
        $0.command = ["x"]
      }.arguments == ["x"])
  }

  @Test func nothingToRunIsRefused() {
    let error = #expect(throws: EngineError.self) { try Self.settings(.init()) }
    #expect(error?.kind == .invalid)
    #expect(error?.message.hasPrefix("no command specified") == true)
    #expect(throws: EngineError.self) { try Self.settings(Self.image) { $0.entrypoint = "" } }
  }

  // MARK: the rest

  @Test func theImagesDefaultsHold() throws {
    let settings = try Self.settings(Self.image)
    #expect(settings.user == "app")
    #expect(settings.workingDirectory == "/srv")
    #expect(settings.environment == ["PATH=/app", "LANG=C"])
    #expect(settings.labels == ["a": "1", "b": "2"])
    #expect(settings.stopSignal == "SIGINT")
    #expect(settings.stopTimeoutSeconds == nil)
    #expect(settings.hostname == "abcdef012345")
    #expect(settings.capabilities == Capability.allCases.filter(Capability.defaults.contains))
  }

  @Test func flagsWin() throws {
    let settings = try Self.settings(Self.image) {
      $0.user = "0:0"
      $0.workingDirectory = "/w/../x"
      $0.labels = [try Label("b=3"), try Label("c")]
      $0.stopSignal = "9"
      $0.hostname = try Hostname("h")
    }
    #expect(settings.user == "0:0")
    #expect(settings.workingDirectory == "/x")
    #expect(settings.labels == ["a": "1", "b": "3", "c": ""])
    #expect(settings.stopSignal == "9")
    #expect(settings.hostname == "h")
  }

  @Test func theHostsNetworkBringsTheHostsName() throws {
    #expect(try Self.settings { $0.network = .host }.hostname == nil)
    #expect(
      try Self.settings {
        $0.network = .host
        $0.hostname = try Hostname("h")
      }.hostname == "h")
  }

  @Test func aRelativeWorkingDirectoryIsRefused() {
    #expect(
      throws: EngineError(
        .invalid, "the working directory \"w\" is invalid, it needs to be an absolute path")
    ) { try Self.settings { $0.workingDirectory = "w" } }
  }

  @Test func anUnknownStopSignalIsRefused() {
    #expect(throws: EngineError(.invalid, "invalid stop signal \"FOO\": no such signal")) {
      try Self.settings { $0.stopSignal = "FOO" }
    }
  }

  @Test func settingsComeBackFromTheirJSON() throws {
    var bind = ContainerMount(.bind, source: "/a", destination: "/x", origin: .volume)
    (bind.readOnly, bind.propagation, bind.mode) = (true, .rslave, "ro,rslave")
    let volume = ContainerMount(.volume, source: "data", destination: "/y", origin: .inherited)
    let settings = try Self.settings(Self.image, mounts: [bind, volume]) {
      $0.volumesFrom = [try VolumesFrom("db:ro")]
      $0.capabilities = CapabilitySelection(added: [.all], dropped: [.one(.kill)])
      $0.terminal = true
      $0.isolation.deviceRequests = [
        try DeviceRequest(gpus: "2"), DeviceRequest(devices: [try QualifiedDevice("v.com/c=x")]),
      ]
    }
    #expect(try ContainerSettings(json: settings.json, id: "x") == settings)
    // What is written and read by hand is what Codable writes and reads.
    let document = try JSON.encodeToValue(settings)
    #expect(try JSON.parse(Array(settings.json.utf8), file: "x") == document)
    let none = try Self.settings { $0.network = .host }
    #expect(try ContainerSettings(json: none.json, id: "x") == none)
  }

  @Test func aListsBriefIsWhatTheSettingsSay() throws {
    for settings in [
      try Self.settings(), try Self.settings(Self.image) { $0.network = .host },
      try Self.settings(
        .init(entrypoint: [#"a "b" \{,c"#, "é"], cmd: ["]", ""], labels: [#"},"x":"#: #"\"#])),
      try Self.settings(.init(cmd: ["sh"], healthcheck: Healthcheck(test: ["CMD", "true"]))),
    ] {
      #expect(SettingsBrief(json: settings.json) == SettingsBrief(settings))
    }
    for text in ["", "{", "{}", "[]", #"{"command":[]}"#, #"{"entrypoint":[],"command":[],"network":"none""#]
    {
      #expect(SettingsBrief(json: text) == nil)
    }
    let spaced = try Self.settings().json.replacing(",", with: ", ")
    #expect(SettingsBrief(json: spaced) == nil, "another's way of writing is left to the parser")
  }

  @Test func spoiledSettingsAreTold() throws {
    let text = try Self.settings(Self.image).json.replacing(
      "\"network\":\"bridge\"", with: "\"network\":\"/x\"")
    #expect(throws: EngineError(.failed, "settings: network: unknown value \"/x\"")) {
      try ContainerSettings(json: text, id: "x")
    }
  }
}
