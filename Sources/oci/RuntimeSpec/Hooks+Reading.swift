package import JSONDocument

extension RuntimeSpec.Hooks: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    prestart = try members.read("prestart")
    createRuntime = try members.read("createRuntime")
    createContainer = try members.read("createContainer")
    startContainer = try members.read("startContainer")
    poststart = try members.read("poststart")
    poststop = try members.read("poststop")
  }
}

extension RuntimeSpec.Hook: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    path = try members.read("path")
    args = try members.read("args")
    env = try members.read("env")
    timeout = try members.read("timeout")
  }
}
