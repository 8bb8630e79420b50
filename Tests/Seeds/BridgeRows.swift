import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// The default network as the seed documents show it: rows 133 to 137 of section A.8. Row 136, a neighbour by its link's
/// name, is with the links.
@Suite("Seeds: the bridge", .serialized, .requiresRoot)
struct BridgeRows {
  private static let wait = "trap 'exit 0' TERM; while :; do sleep 0.05; done"

  @Test func row133_theBridgeHasTheFirstAddressOfTheFirstFreePool() async throws {
    try await Seeds.with { s in
      // The machine is on the first pool already, so it is not free.
      try s.line(
        "ip link add out0 type veth peer name out1; ip addr add 172.17.9.9/16 dev out0; ip link set out0 up"
      )
      .succeeded()
      let inside = try s.line("docker run --rm ubuntu:14.04 ip -4 -o addr show eth0").succeeded().out
      #expect(inside.contains(" 172.18.0.2/16 "), "\(inside)")
      #expect(try s.line("ip -4 -o addr show apus0").out.contains(" 172.18.0.1/16 "))
    }
  }

  @Test func row134_aPairJoinsContainerAndBridgeAndAllReachEachOther() async throws {
    try await Seeds.with { s in
      for name in ["one", "two"] {
        try s.line("docker run -d --name \(name) ubuntu:14.04 sh -c \"\(Self.wait)\" >ids 2>errors")
          .succeeded()
      }
      let ports = try s.line("ip -o link show master apus0").succeeded().lines
      #expect(ports.count == 2 && ports.allSatisfy { $0.contains(": veth") }, "\(ports)")
      try s.line("docker exec one ip link show eth0").succeeded()
      try s.line("busybox ping -c 1 -W 5 172.17.0.2").succeeded()
      try s.line("docker exec one ping -c 1 -W 5 172.17.0.3").succeeded()
      try s.line("docker exec two ping -c 1 -W 5 172.17.0.1").succeeded()
      try s.line("docker rm -f one two").succeeded()
    }
  }

  @Test func row135_theHostsFileHasTheContainersOwnLine() async throws {
    try await Seeds.with { s in
      let lines = try s.line("docker run --rm ubuntu:14.04 sh -c 'hostname; cat /etc/hosts'").succeeded()
        .lines
      #expect(lines[0].utf8.count == 12)
      #expect(lines.contains("172.17.0.2\t\(lines[0])"), "\(lines)")
    }
  }

  @Test func row137_threeRepliesOverNoHop() async throws {
    try await Seeds.with { s in
      try s.line("docker run -d --name db ubuntu:14.04 sh -c \"\(Self.wait)\" >ids 2>errors").succeeded()
      let replies = try s.line("docker run --rm ubuntu:14.04 ping -c 3 172.17.0.2").succeeded().lines
        .filter { $0.contains(" ttl=64 ") }
      #expect(replies.count == 3)
      for (number, reply) in replies.enumerated() { #expect(reply.contains("seq=\(number) "), "\(reply)") }
      try s.line("docker rm -f db").succeeded()
    }
  }
}
