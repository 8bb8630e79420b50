import ManagerSupport
import Testing
import TestSupport

/// What `doctor` says of networks, beside firewalls of others.
@Suite("Doctor: networks", .serialized, .requiresRoot)
struct NetworkDoctorTests {
  private static func advice(_ f: Fixture) throws -> String {
    try f.shell("apus doctor | grep -A1 firewall").succeeded().out
  }

  @Test func itNamesWhatKeepsPacketsFromNetworks() async throws {
    try await Fixture.withNetworks { f, _ in
      #expect(try Self.advice(f).contains("nothing of others' keeps packets from networks"))
      _ = try f.sleeper("--network=bridge", "--name=web")
      // What iptables makes of ufw's rules, of docker's, and what somebody made.
      try f.shell(
        """
        nft 'table ip filter { chain ufw-before-forward { }; chain FORWARD { type filter hook forward priority 0; policy drop; }; }'
        """
      ).succeeded()
      let ufw = try Self.advice(f)
      #expect(ufw.contains("chain ip filter FORWARD (ufw) drops what apus0"), "\(ufw)")
      #expect(ufw.contains("→ ufw route allow in on apus0 && ufw route allow out on apus0"), "\(ufw)")
      try f.shell(
        """
        nft flush ruleset
        nft 'table ip filter { chain DOCKER-USER { }; chain FORWARD { type filter hook forward priority 0; policy drop; }; }'
        """
      ).succeeded()
      #expect(try Self.advice(f).contains("iptables -I DOCKER-USER -i apus0 -j ACCEPT"))
      try f.shell("nft add rule ip filter DOCKER-USER iifname apus0 accept").succeeded()
      #expect(try Self.advice(f).contains("nothing of others'"))
      try f.shell(
        """
        nft flush ruleset
        nft 'table inet firewalld { chain filter_FORWARD { type filter hook forward priority 10; policy accept; reject; }; }'
        nft 'table inet mine { chain passing { type filter hook forward priority 5; policy drop; }; }'
        """
      ).succeeded()
      let both = try f.apus("doctor").out
      #expect(both.contains("--zone=trusted --add-interface=apus0"), "\(both)")
      #expect(both.contains("nft insert rule inet mine passing iifname apus0 accept"), "\(both)")
      try f.apus("rm", "-f", "web").succeeded()
    }
  }

  @Test func itMissesTheProgram() async throws {
    try await Fixture.with { f in
      let bin = try f.path("bin/x").dropLast(2)
      try f.shell("cd \(Host.programs) && cp apus apus-shim apus-runtime \(bin)/").succeeded()
      let outcome = try f.shell("PATH=/usr/sbin:/usr/bin:/sbin:/bin \(bin)/apus doctor")
      #expect(
        outcome.out.contains("warn  networks           \"apus-network\" is neither beside"), "\(outcome)")
      #expect(outcome.out.contains("libmnl"), "\(outcome)")
    }
  }
}
