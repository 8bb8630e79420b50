package import JSONDocument

extension RuntimeSpec.Linux.Seccomp: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    defaultAction = try members.read("defaultAction")
    defaultErrnoRet = try members.read("defaultErrnoRet")
    architectures = try members.read("architectures")
    flags = try members.read("flags")
    listenerPath = try members.read("listenerPath")
    listenerMetadata = try members.read("listenerMetadata")
    syscalls = try members.read("syscalls")
  }
}

extension RuntimeSpec.Linux.Seccomp.Rule: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    names = try members.read("names")
    action = try members.read("action")
    errnoRet = try members.read("errnoRet")
    args = try members.read("args")
  }
}

extension RuntimeSpec.Linux.Seccomp.Argument: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    index = try members.read("index")
    value = try members.read("value")
    valueTwo = try members.read("valueTwo")
    op = try members.read("op")
  }
}
