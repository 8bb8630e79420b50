package import JSONDocument

extension RuntimeSpec.Linux.ResourceDirector: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    closID = try members.read("closID")
    schemata = try members.read("schemata")
    l3CacheSchema = try members.read("l3CacheSchema")
    memBwSchema = try members.read("memBwSchema")
    enableMonitoring = try members.read("enableMonitoring")
  }
}

extension RuntimeSpec.Linux.MemoryPolicy: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    mode = try members.read("mode")
    nodes = try members.read("nodes")
    flags = try members.read("flags")
  }
}

extension RuntimeSpec.Linux.Personality: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    domain = try members.read("domain")
    flags = try members.read("flags")
  }
}

extension RuntimeSpec.Linux.TimeOffset: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    secs = try members.read("secs")
    nanosecs = try members.read("nanosecs")
  }
}
