package import JSONDocument

extension RuntimeSpec.Mount: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    destination = try members.read("destination")
    type = try members.read("type")
    source = try members.read("source")
    options = try members.read("options")
    uidMappings = try members.read("uidMappings")
    gidMappings = try members.read("gidMappings")
  }
}

extension RuntimeSpec.IDMapping: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    containerID = try members.read("containerID")
    hostID = try members.read("hostID")
    size = try members.read("size")
  }
}
