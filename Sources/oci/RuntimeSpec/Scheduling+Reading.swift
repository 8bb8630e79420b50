package import JSONDocument

extension RuntimeSpec.Process.Scheduler: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    policy = try members.read("policy")
    nice = try members.read("nice")
    priority = try members.read("priority")
    flags = try members.read("flags")
    runtime = try members.read("runtime")
    deadline = try members.read("deadline")
    period = try members.read("period")
  }
}

extension RuntimeSpec.Process.IOPriority: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    `class` = try members.read("class")
    priority = try members.read("priority")
  }
}

extension RuntimeSpec.Process.CPUAffinity: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    initial = try members.read("initial")
    final = try members.read("final")
  }
}
