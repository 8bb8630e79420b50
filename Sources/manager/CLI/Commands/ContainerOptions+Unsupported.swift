internal import Arguments
internal import Engine
internal import LinuxSystem

/// docker's options that are refused with their reason, and two that mean nothing any more.
extension ContainerOptions {
  private static let windows = "is for Windows containers only"

  private static let refusals: [(option: CommandOption, reason: String)] = [
    (.list("storage-opt", hidden: true), "the size of a writable layer cannot be limited on overlayfs"),
    (.list("link-local-ip", hidden: true), "a container has no link-local addresses of its own choice"),
    (.flag("use-api-socket", hidden: true), "there is no daemon and so no API socket"),
    (.value("cpu-count", hidden: true), "\(windows); give --cpus"),
    (.value("cpu-percent", hidden: true), "\(windows); give --cpus"),
    (.value("io-maxbandwidth", hidden: true), "\(windows); give --device-read-bps and --device-write-bps"),
    (.value("io-maxiops", hidden: true), "\(windows); give --device-read-iops and --device-write-iops"),
  ]

  static let unsupported: [CommandOption] =
    refusals.map(\.option) + [
      .value("isolation", hidden: true),
      // Says no more than that images are not verified, which they are by their digests.
      .flag("disable-content-trust", hidden: true),
    ]

  static func refuseUnsupported(_ invocation: Invocation) throws {
    for (option, reason) in refusals where !invocation.list(option.name).isEmpty {
      throw UsageError("--\(option.name): \(reason)", command: invocation.called)
    }
    if let isolation = invocation.value("isolation"), !["", "default"].contains(isolation) {
      throw UsageError(
        "invalid isolation \"\(isolation)\": only 'default' is there on Linux", command: invocation.called)
    }
    sayDeprecated(invocation)
  }

  /// `--replace`: whoever has the name goes (podman's), once what is asked for could be.
  static func replace(
    _ invocation: Invocation, _ request: CreateRequest, _ engine: ContainerEngine
  ) throws {
    guard invocation.flag("replace") else { return }
    guard let name = invocation.value("name"), !name.isEmpty else {
      throw UsageError("cannot replace container without --name being set", command: invocation.called)
    }
    try engine.check(request, runtime: invocation.value("runtime"))
    do throws(EngineError) { try engine.remove(name, force: true) } catch {
      guard error.kind == .notFound else { throw error }
    }
  }

  /// docker takes it, and says so, since the kernel has no such limit any more (Linux 5.16).
  static func sayDeprecated(_ invocation: Invocation) {
    guard invocation.value("kernel-memory") != nil else { return }
    StandardDescriptor.error.print(
      "Flag --kernel-memory has been deprecated, the kernel has no such limit any more; it limits nothing\n")
  }
}
