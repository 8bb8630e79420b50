/// Devices that are asked for by what they are and not by a path (docker's API, DeviceRequest): CDI devices by their
/// names, or GPUs, whichever there are.
package struct DeviceRequest: Codable, Hashable, Sendable {
  /// The driver of names of CDI devices.
  package static let cdi = "cdi"
  /// What is asked for without a number.
  package static let all = -1

  /// `cdi`, or for GPUs whose; empty is whoever has some.
  package var driver = ""
  /// How many; -1 is all, and 0 goes with names.
  package var count = 0
  /// Which.
  package var deviceIDs: [String] = []
  /// What they must be able to do, all of it; none with CDI.
  package var capabilities: [String] = []
  /// For the driver.
  package var options: [String: String] = [:]

  /// Asks for nothing yet.
  package init() {}

  /// Asks for CDI devices.
  package init(devices: [QualifiedDevice]) {
    driver = Self.cdi
    deviceIDs = devices.map(\.description)
  }

  /// Reads the value of `--gpus`: `all`, `2`, `device=0`, `"device=0,1",capabilities=utility` (docker/cli, opts/gpus.go).
  /// - Throws: `OptionError`, in docker's words where it has some.
  package init(gpus text: String) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError("--gpus", text, words) }
    var seen: Set<String> = []
    var count: Int?
    var capabilities: [String] = []
    for field in try commaSeparatedFields(text, problem) {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let (key, value) = parts.count == 2 ? (parts[0], parts[1]) : ("count", field)
      guard seen.insert(key).inserted else {
        throw problem("gpu request key '\(key)' can be specified only once")
      }
      let list = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      switch key {
      case "driver": driver = value
      case "count": count = try Self.count(value, problem)
      case "device":
        guard list.allSatisfy({ !$0.isEmpty }) else { throw problem("device= needs names such as device=0") }
        deviceIDs = list
      case "capabilities": capabilities = list
      case "options":
        throw problem("options are for drivers of their own; GPUs come from CDI, which takes none")
      default:
        throw problem(
          "unexpected key '\(key)' in '\(field)'; expected all, a number, device=, count=, driver= or capabilities="
        )
      }
    }
    guard count == nil || deviceIDs.isEmpty else {
      throw problem("cannot set both Count and DeviceIDs on device request")
    }
    self.count = count ?? (deviceIDs.isEmpty ? 1 : 0)
    self.capabilities = capabilities + ["gpu"]
  }

  private static func count(
    _ text: String, _ problem: (String) -> OptionError
  ) throws(OptionError) -> Int {
    if text == "all" { return all }
    // The upper end is ours: nobody has so many, and each becomes a name.
    guard let number = Int(text), (-1...4096).contains(number) else {
      throw problem("invalid count (\(text)): value must be either \"all\" or an integer")
    }
    return number
  }
}
