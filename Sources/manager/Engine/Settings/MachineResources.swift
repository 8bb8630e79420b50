internal import Images
internal import LinuxSystem
internal import OCIImageSpec
internal import Options
internal import Store

extension ContainerEngine {
  /// The processors and memory nodes that are online (kernel, Documentation/ABI/stable/sysfs-devices-node).
  static func machine() throws(EngineError) -> ResourceSettings.Machine {
    ResourceSettings.Machine(
      processors: try numbers("/sys/devices/system/cpu/online"),
      nodes: try numbers("/sys/devices/system/node/online"))
  }

  /// A kernel without such a list has number 0 alone.
  private static func numbers(_ path: String) throws(EngineError) -> [Int] {
    guard fileExists(path) else { return [0] }
    let text = try attempt("look at the machine") { () throws(SystemError) in try readText(path) }
    return CPUList(text)?.numbers ?? [0]
  }

  /// Whether the image is for the platform that was asked for.
  func checkPlatform(_ request: CreateRequest, _ image: ImageRecord) throws(EngineError) {
    guard let platform = request.platform else { return }
    let configuration = try attempt { () throws(ImageError) in try images.configuration(of: image) }
    let wanted = platform.architecture ?? MachineArchitecture.current.goName
    guard configuration.architecture == wanted,
      platform.variant == nil || platform.variant == configuration.variant
    else {
      let found =
        ([configuration.os, configuration.architecture] + (configuration.variant.map { [$0] } ?? [])).joined(
          separator: "/")
      throw EngineError(
        .notFound,
        "image with reference \(request.image) was found but its platform (\(found)) does not match the specified "
          + "platform (\(platform.text))")
    }
  }
}
