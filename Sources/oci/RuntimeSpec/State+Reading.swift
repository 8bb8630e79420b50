package import JSONDocument

extension RuntimeState: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    ociVersion = try members.read("ociVersion")
    id = try members.read("id")
    pid = try members.read("pid")
    status = try members.read("status")
    bundle = try members.read("bundle")
    rootfs = try members.read("rootfs")
    created = try members.read("created")
    annotations = try members.read("annotations")
    owner = try members.read("owner")
  }
}

extension SeccompProcessState: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    ociVersion = try members.read("ociVersion")
    fds = try members.read("fds")
    pid = try members.read("pid")
    metadata = try members.read("metadata")
    state = try members.read("state")
  }
}
