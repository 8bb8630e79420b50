package import JSONDocument
package import Options

extension DeviceRequest: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    self.init()
    driver = try members.read("driver")
    count = try members.read("count")
    deviceIDs = try members.read("deviceIDs")
    capabilities = try members.read("capabilities")
    options = try members.read("options") ?? [:]
  }

  /// What the database keeps.
  var document: JSONValue {
    [
      "driver": .string(driver), "count": .integer(Int64(count)), "deviceIDs": strings(deviceIDs),
      "capabilities": strings(capabilities), "options": map(options),
    ]
  }

  /// docker's DeviceRequest (API 1.51). What CDI does not have is null, as docker's command line sends it.
  var inspected: JSONValue {
    [
      "Driver": .string(driver), "Count": .integer(Int64(count)), "DeviceIDs": stringsOrNull(deviceIDs),
      "Capabilities": capabilities.isEmpty ? nil : [strings(capabilities)],
      "Options": driver == DeviceRequest.cdi && options.isEmpty ? nil : map(options),
    ]
  }
}
