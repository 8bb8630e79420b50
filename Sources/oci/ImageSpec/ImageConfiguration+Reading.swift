package import JSONDocument

// The short way to read an image's configuration, which every start of a container does (spec/decisions/0001). The
// synthesised conformances stay the reference of a test.

extension ImageConfiguration: DocumentReadable {
  /// This machine's processor by its name in Go.
  package static var hostArchitecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #else
      #error("name this processor as Go does")
    #endif
  }

  /// Reads the members, as the synthesised `init(from:)` would; one that does not say what it is for is for this machine, as
  /// docker has it (moby, image/image.go, BaseImgArch and OperatingSystem).
  package init(reading members: MemberReader) throws(DocumentError) {
    created = try members.read("created")
    author = try members.read("author")
    let architecture: String? = try members.read("architecture")
    self.architecture = architecture.flatMap { $0.isEmpty ? nil : $0 } ?? Self.hostArchitecture
    variant = try members.read("variant")
    let os: String? = try members.read("os")
    self.os = os.flatMap { $0.isEmpty ? nil : $0 } ?? "linux"
    osVersion = try members.read("os.version")
    osFeatures = try members.read("os.features")
    config = try members.read("config")
    rootfs = try members.read("rootfs")
    history = try members.read("history")
  }
}

extension ImageConfiguration.Execution: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    user = try members.read("User")
    exposedPorts = try members.read("ExposedPorts")
    env = try members.read("Env")
    entrypoint = try members.read("Entrypoint")
    cmd = try members.read("Cmd")
    volumes = try members.read("Volumes")
    workingDir = try members.read("WorkingDir")
    labels = try members.read("Labels")
    stopSignal = try members.read("StopSignal")
    argsEscaped = try members.read("ArgsEscaped")
    healthcheck = try members.read("Healthcheck")
    onBuild = try members.read("OnBuild")
    shell = try members.read("Shell")
  }
}

extension ImageConfiguration.Healthcheck: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    test = try members.read("Test")
    interval = try members.read("Interval")
    timeout = try members.read("Timeout")
    startPeriod = try members.read("StartPeriod")
    startInterval = try members.read("StartInterval")
    retries = try members.read("Retries")
  }
}

extension ImageConfiguration.Empty: DocumentReadable {
  /// There is nothing to read.
  package init(reading members: MemberReader) throws(DocumentError) { self.init() }
}

extension ImageConfiguration.RootFilesystem: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    type = try members.read("type")
    diffIDs = []
    let texts: [String] = try members.read("diff_ids")
    for (index, text) in texts.enumerated() {
      guard let digest = Digest(text) else {
        throw DocumentError(
          file: "image config", path: [.member("rootfs"), .member("diff_ids"), .element(index)],
          rule: "expected a digest such as sha256:… with 64 digits")
      }
      diffIDs.append(digest)
    }
  }
}

extension ImageConfiguration.History: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    created = try members.read("created")
    author = try members.read("author")
    createdBy = try members.read("created_by")
    comment = try members.read("comment")
    emptyLayer = try members.read("empty_layer")
  }
}
