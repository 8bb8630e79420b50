package import JSONDocument

extension RuntimeSpec.Linux.Resources: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    devices = try members.read("devices")
    memory = try members.read("memory")
    cpu = try members.read("cpu")
    pids = try members.read("pids")
    blockIO = try members.read("blockIO")
    hugepageLimits = try members.read("hugepageLimits")
    network = try members.read("network")
    rdma = try members.read("rdma")
    unified = try members.read("unified")
  }
}
