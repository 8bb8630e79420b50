package import JSONDocument

extension RuntimeSpec: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    ociVersion = try members.read("ociVersion")
    process = try members.read("process")
    root = try members.read("root")
    hostname = try members.read("hostname")
    domainname = try members.read("domainname")
    mounts = try members.read("mounts")
    hooks = try members.read("hooks")
    annotations = try members.read("annotations")
    linux = try members.read("linux")
    solaris = try members.read("solaris")
    windows = try members.read("windows")
    vm = try members.read("vm")
    zos = try members.read("zos")
    freebsd = try members.read("freebsd")
  }
}

extension RuntimeSpec.Root: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    path = try members.read("path")
    readonly = try members.read("readonly")
  }
}
