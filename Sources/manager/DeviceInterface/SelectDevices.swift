package import Options

extension DeviceRegistry {
  /// Whose GPUs `--gpus` takes, the first of which there are files (moby, daemon/devices_linux.go), and what each can do
  /// (devices_nvidia_linux.go, devices_amd_linux.go).
  private static let gpuVendors: [(vendor: String, drivers: Set<String>, capabilities: Set<String>)] = [
    (
      "nvidia.com", ["nvidia", "nvidia.cdi"],
      ["gpu", "nvidia", "compute", "compat32", "graphics", "utility", "video", "display"]
    ),
    ("amd.com", ["amd"], ["gpu", "amd"]),
  ]

  /// The names of the devices that are asked for, in order, each once.
  /// - Throws: `DeviceProblem` when nobody has such devices.
  package func names(of requests: [DeviceRequest]) throws(DeviceProblem) -> [String] {
    var names: [String] = []
    for request in requests {
      for name in try self.names(of: request) where !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func names(of request: DeviceRequest) throws(DeviceProblem) -> [String] {
    if request.driver == DeviceRequest.cdi {
      guard request.count == 0 else {
        throw DeviceProblem("unexpected count in CDI device request; give device=vendor.com/class=name")
      }
      return request.deviceIDs
    }
    let numbers = request.count < 0 ? ["all"] : (0..<request.count).map { "\($0)" }
    let wanted = request.deviceIDs.isEmpty ? numbers : request.deviceIDs
    guard !wanted.isEmpty else { return [] }
    let vendor = try vendor(for: request)
    return wanted.map { $0.contains("=") ? $0 : "\(vendor)/gpu=\($0)" }
  }

  private func vendor(for request: DeviceRequest) throws(DeviceProblem) -> String {
    let able = Self.gpuVendors.filter { vendor, drivers, capabilities in
      (request.driver.isEmpty || drivers.contains(request.driver))
        && capabilities.isSuperset(of: request.capabilities)
    }.map(\.vendor)
    if let vendor = able.first(where: vendors.contains) { return vendor }
    let refusal =
      "could not select device driver \(quoted(request.driver)) with capabilities: "
      + "[[\(request.capabilities.joined(separator: " "))]]"
    guard !able.isEmpty else {
      throw DeviceProblem("\(refusal): GPUs are nvidia's or amd's, and have other capabilities")
    }
    throw DeviceProblem("\(refusal): no CDI file of \(able.joined(separator: " or ")) \(whereToLook)")
  }

  /// Where was looked, and what could not be read there.
  var whereToLook: String {
    let place = "in \(directories.joined(separator: ", "))"
    return problems.isEmpty ? place : "\(place); not read: \(problems.joined(separator: "; "))"
  }
}
