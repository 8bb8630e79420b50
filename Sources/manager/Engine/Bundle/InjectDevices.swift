internal import DeviceInterface
internal import Options

/// CDI devices, looked up anew for each start: a driver that was updated, or a card that was plugged in, has other files
/// (decisions/0029).
extension ContainerEngine {
  /// What is in the directories of CDI now.
  func deviceRegistry() throws(EngineError) -> DeviceRegistry {
    do throws(OptionError) {
      return DeviceRegistry(reading: try DeviceRegistry.directories(deviceDirectories))
    } catch { throw EngineError(.invalid, error.description) }
  }

  /// What the devices that are asked for change of config.json; nothing is read when there are none.
  func injection(_ requests: [DeviceRequest]) throws(EngineError) -> DeviceInjection {
    guard !requests.isEmpty else { return DeviceInjection() }
    let registry = try deviceRegistry()
    do throws(DeviceProblem) {
      return try registry.injection(of: try registry.names(of: requests))
    } catch { throw EngineError(.invalid, "CDI device injection failed: \(error)") }
  }
}
