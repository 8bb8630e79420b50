package import JSONDocument

extension RuntimeSpec.Process: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    terminal = try members.read("terminal")
    consoleSize = try members.read("consoleSize")
    user = try members.read("user")
    args = try members.read("args")
    commandLine = try members.read("commandLine")
    env = try members.read("env")
    cwd = try members.read("cwd")
    capabilities = try members.read("capabilities")
    rlimits = try members.read("rlimits")
    noNewPrivileges = try members.read("noNewPrivileges")
    apparmorProfile = try members.read("apparmorProfile")
    oomScoreAdj = try members.read("oomScoreAdj")
    scheduler = try members.read("scheduler")
    selinuxLabel = try members.read("selinuxLabel")
    ioPriority = try members.read("ioPriority")
    execCPUAffinity = try members.read("execCPUAffinity")
  }
}

extension RuntimeSpec.Process.ConsoleSize: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    height = try members.read("height")
    width = try members.read("width")
  }
}

extension RuntimeSpec.Process.User: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    uid = try members.read("uid")
    gid = try members.read("gid")
    umask = try members.read("umask")
    additionalGids = try members.read("additionalGids")
    username = try members.read("username")
  }
}

extension RuntimeSpec.Process.Capabilities: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    bounding = try members.read("bounding")
    effective = try members.read("effective")
    inheritable = try members.read("inheritable")
    permitted = try members.read("permitted")
    ambient = try members.read("ambient")
  }
}

extension RuntimeSpec.Process.ResourceLimit: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    type = try members.read("type")
    hard = try members.read("hard")
    soft = try members.read("soft")
  }
}
