import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// Published ports, in a network of the test's own with a second one as the world outside.
@Suite("Published ports", .serialized, .requiresRoot)
struct PortTests {
  /// Answers each request with the address of who asks.
  private static let web = [
    "sh", "-c",
    """
    trap 'exit 0' TERM; mkdir -p /w/cgi-bin; printf '#!/bin/sh\\necho; echo $REMOTE_ADDR\\n' >/w/cgi-bin/i
    chmod 755 /w/cgi-bin/i; httpd -p 80 -h /w; while :; do sleep 0.05; done
    """,
  ]

  @discardableResult
  private static func serve(_ f: Fixture, _ options: String...) throws -> Outcome {
    let id = hexadecimal(try randomBytes(2))
    let files = [try f.path("out-\(id)"), try f.path("err-\(id)")]
    return try f.run(
      "apus", ["run", "-d", "--network", "bridge"] + options + ["busybox"] + web, files: files)
  }

  private static func question(_ host: String, _ port: Int) -> String {
    "printf \"GET /cgi-bin/i HTTP/1.0\\r\\n\\r\\n\" | busybox nc -w 2 \(host) \(port) 2>/dev/null"
      + " | busybox tail -n 1 | busybox tr -d \"[]\" | busybox sed s/::ffff://"
  }

  private static func sleeper(_ f: Fixture, _ options: String...) throws -> Outcome {
    let id = hexadecimal(try randomBytes(2))
    let files = [try f.path("out-\(id)"), try f.path("err-\(id)")]
    return try f.run(
      "apus", ["run", "-d", "--network", "bridge"] + options + ["busybox", "sleep", "1000"], files: files)
  }

  private static func ports(_ f: Fixture, _ name: String) throws -> [String] {
    try f.apus("port", name).succeeded().lines
  }

  private static func column(_ f: Fixture) throws -> [String] {
    try f.apus("ps", "--format", "{{.Names}} {{.Ports}}").succeeded().lines
  }

  /// What stands in the maps.
  private static func elements(_ f: Fixture) throws -> String {
    let text = try f.shell("nft list map inet apus ports4; nft list map inet apus portsat4").out
    return text.contains("elements") ? text : ""
  }

  @Test func aPortIsReachedFromEverywhereAndTheSourceIsKept() async throws {
    try await Fixture.withNetworks { f, outside in
      try Self.serve(f, "--name", "web", "-p", "8080:80", "-p", "127.0.0.1:8081:80").succeeded()
      try Self.sleeper(f, "--name", "two").succeeded()
      try eventually("it answers") {
        try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "10.9.0.2"
      }
      for host in ["127.0.0.1", "10.9.0.1", "172.17.0.1"] {
        #expect(try !f.shell(Self.question(host, 8080)).answer.isEmpty, "\(host)")
      }
      #expect(try f.shell(Self.question("127.0.0.1", 8081)).answer == "172.17.0.1")
      #expect(try f.shell(Self.question("10.9.0.1", 8081)).answer == "")
      #expect(try f.outside(outside, Self.question("10.9.0.1", 8081)).answer == "")
      for name in ["two", "web"] {
        for host in ["10.9.0.1", "172.17.0.1"] {
          let answer = try f.apus("exec", name, "sh", "-c", Self.question(host, 8080)).answer
          #expect(!answer.isEmpty, "\(name) by \(host)")
        }
      }
      #expect(try Self.ports(f, "web") == ["80/tcp -> 0.0.0.0:8080", "80/tcp -> 127.0.0.1:8081"])
      #expect(try f.apus("port", "web", "80").out == "0.0.0.0:8080\n127.0.0.1:8081\n")
      try f.apus("port", "web", "81/udp").expectFailure(1, "No public port '81/udp' published for web")
      #expect(try Self.column(f) == ["two ", "web 0.0.0.0:8080->80/tcp, 127.0.0.1:8081->80/tcp"])
      #expect(try f.apus("ps", "-q", "--filter", "publish=8080").lines.count == 1)
      #expect(try f.apus("ps", "-q", "--filter", "expose=80-81/tcp").lines.count == 1)
      #expect(try f.apus("ps", "-q", "--filter", "publish=80").lines == [])
      let where80 = "(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort"
      #expect(try f.inspect(where80, of: "web") == "8080")
      #expect(try f.inspect("json .HostConfig.PortBindings", of: "web").contains("\"HostPort\":\"8081\""))
      #expect(try f.inspect("json .Config.ExposedPorts", of: "web") == "{\"80/tcp\":{}}")

      // A second bind, by one of ours and by anybody.
      try f.apus("run", "--name", "three", "--network=bridge", "-p", "8080:80", "busybox", "true")
        .expectFailure(
          125, "Bind for 0.0.0.0:8080 failed: port is already allocated: container web (")
      #expect(try f.shell("busybox nc -l -p 8080 </dev/null").status == 1)
      _ = try f.start("busybox", ["nc", "-l", "-p", "9000"])
      try eventually("it listens") { try f.shell("ss -tln").out.contains(":9000") }
      try f.apus("run", "--network=bridge", "-p", "9000:80", "busybox", "true")
        .expectFailure(
          125, "Bind for 0.0.0.0:9000 failed: port is already allocated: another program has it")
      // It is given back by whatever ends it.
      try f.apus("stop", "web").succeeded()
      try f.apus("run", "--rm", "--network=bridge", "-p", "8080:80", "busybox", "true").succeeded()
      try f.apus("start", "web").succeeded()
      try f.apus("restart", "-t", "1", "web").succeeded()
      try eventually("it answers again") {
        try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "10.9.0.2"
      }
      try f.apus("rm", "-f", "web", "two").succeeded()
      #expect(try Self.elements(f) == "")
      try f.expectNothingLeft()
    }
  }

  @Test func udpIsReachedAndAnswers() async throws {
    try await Fixture.withNetworks { f, outside in
      try Self.sleeper(f, "--name", "dns", "-p", "5353:53/udp").succeeded()
      let pid = try f.inspect(".State.Pid", of: "dns")
      let serve =
        "$s=IO::Socket::INET->new(Proto=>\"udp\",LocalPort=>53); while($s->recv($m,99)){$s->send($s->peerhost)}"
      _ = try f.start("nsenter", ["--net=/proc/\(pid)/ns/net", "perl", "-MIO::Socket::INET", "-e", serve])
      let ask =
        "perl -MIO::Socket::INET -e \"\\$s=IO::Socket::INET->new(Proto=>q(udp),PeerAddr=>q(10.9.0.1:5353));"
        + "alarm 2; \\$s->send(1); \\$s->recv(\\$m,99); print \\$m\""
      try eventually("it answers") { try f.outside(outside, ask).out == "10.9.0.2" }
      #expect(try Self.ports(f, "dns") == ["53/udp -> 0.0.0.0:5353"])
      try f.apus("rm", "-f", "dns").succeeded()
    }
  }

  @Test func portsWithoutANumberAreTakenFromTheRangeAndKept() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.shell("echo 49000-49001 >/proc/sys/net/ipv4/ip_local_reserved_ports").succeeded()
      try Self.sleeper(f, "--name", "a1", "-P", "--expose", "80-82", "-p", "127.0.0.1::53/udp").succeeded()
      #expect(
        try Self.ports(f, "a1") == [
          "53/udp -> 127.0.0.1:49002", "80/tcp -> 0.0.0.0:49002", "81/tcp -> 0.0.0.0:49003",
          "82/tcp -> 0.0.0.0:49004",
        ])
      #expect(try f.inspect(".HostConfig.PublishAllPorts", of: "a1") == "true")
      try f.apus("stop", "-t", "0", "a1").succeeded()
      #expect(try Self.ports(f, "a1") == [])
      #expect(try f.inspect("json .NetworkSettings.Ports", of: "a1") == "{}")
      try Self.sleeper(f, "--name", "b1", "-p", "80").succeeded()
      try f.apus("start", "a1").succeeded()
      // b1 has taken the first, which was free; the others are kept.
      #expect(try Self.ports(f, "b1") == ["80/tcp -> 0.0.0.0:49002"])
      #expect(
        try Array(Self.ports(f, "a1").dropFirst(2)) == ["81/tcp -> 0.0.0.0:49003", "82/tcp -> 0.0.0.0:49004"])

      try Self.sleeper(f, "--name", "c1", "-p", "9000-9001:80", "--publish-default-ip", "10.9.0.1")
        .succeeded()
      try Self.sleeper(f, "--name", "d1", "-p", "9000-9001:80").succeeded()
      #expect(
        try Self.ports(f, "c1") + Self.ports(f, "d1") == [
          "80/tcp -> 10.9.0.1:9000", "80/tcp -> 0.0.0.0:9001",
        ])
      try f.apus("run", "--network=bridge", "-p", "9000-9001:80", "busybox", "true")
        .expectFailure(125, "all ports are allocated: none of 9000-9001/tcp is free")
      f.environment["APUS_PORT_RANGE"] = "50000-50001"
      f.environment["APUS_PUBLISH_DEFAULT_IP"] = "127.0.0.1"
      try Self.sleeper(f, "--name", "e1", "-p", "80").succeeded()
      #expect(try Self.ports(f, "e1") == ["80/tcp -> 127.0.0.1:50000"])
      try f.apus("rm", "-f", "a1", "b1", "c1", "d1", "e1").succeeded()
    }
  }

  @Test func updateChangesPortsAtOnceOrNotAtAll() async throws {
    try await Fixture.withNetworks { f, outside in
      try Self.serve(f, "--name", "web", "-p", "8080:80", "-p", "8082:82").succeeded()
      try Self.sleeper(f, "--name", "other", "-p", "9000:80").succeeded()
      try f.apus("update", "-p", "8081:80", "-p", "8082:80", "web").succeeded()
      #expect(try Self.ports(f, "web") == ["80/tcp -> 0.0.0.0:8081", "80/tcp -> 0.0.0.0:8082"])
      for port in [8081, 8082] {
        try eventually("it answers at \(port)") {
          try f.outside(outside, Self.question("10.9.0.1", port)).answer == "10.9.0.2"
        }
      }
      #expect(try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "")
      try Self.sleeper(f, "--name", "three", "-p", "8080:80").succeeded()
      try f.apus("update", "-p", "8083:80", "-p", "9000:80", "web")
        .expectFailure(1, "Bind for 0.0.0.0:9000 failed: port is already allocated: container other (")
      #expect(try Self.ports(f, "web") == ["80/tcp -> 0.0.0.0:8081", "80/tcp -> 0.0.0.0:8082"])
      #expect(try f.outside(outside, Self.question("10.9.0.1", 8081)).answer == "10.9.0.2")
      try Self.sleeper(f, "--name", "four", "-p", "8083:80").succeeded()
      // Of one that does not run, from the next start on.
      try f.apus("stop", "web").succeeded()
      try f.apus("update", "-p", "8084:80", "web").succeeded()
      try f.apus("start", "web").succeeded()
      #expect(try Self.ports(f, "web") == ["80/tcp -> 0.0.0.0:8084"])
      try f.apus("update", "-p", "none", "web").succeeded()
      #expect(try Self.ports(f, "web") == [])
      try f.apus("rm", "-f", "web", "other", "three", "four").succeeded()
      #expect(try Self.elements(f) == "")
    }
  }

  @Test func portsFollowTheirContainerFromNetworkToNetwork() async throws {
    try await Fixture.withNetworks { f, outside in
      func isReached() throws -> Bool {
        try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "10.9.0.2"
      }
      for options in [["one"], ["two"], ["--internal", "inner"]] {
        try f.run("apus", ["network", "create"] + options).succeeded()
      }
      try Self.serve(f, "--name", "web", "-p", "8080:80").succeeded()
      try eventually("it answers") { try isReached() }
      try f.apus("network", "connect", "one", "web").succeeded()
      try f.apus("network", "disconnect", "bridge", "web").succeeded()
      #expect(try isReached())
      // Without a network the port stays its own, and leads nowhere.
      try f.apus("network", "disconnect", "one", "web").succeeded()
      #expect(try !isReached())
      try f.apus("run", "-p", "8080:80", "busybox", "true")
        .expectFailure(125, "Bind for 0.0.0.0:8080 failed: port is already allocated: container web (")
      try f.apus("network", "connect", "inner", "web").succeeded()
      #expect(try !isReached())
      try f.apus("network", "connect", "two", "web").succeeded()
      #expect(try isReached())
      // Also when it had none when it was started, and was given the port meanwhile.
      try f.apus("network", "disconnect", "inner", "web").succeeded()
      try f.apus("network", "disconnect", "two", "web").succeeded()
      try f.apus("restart", "-t", "1", "web").succeeded()
      #expect(try Self.ports(f, "web") == [])
      try f.apus("update", "-p", "8081:80", "-p", "8080:80", "web").succeeded()
      try f.apus("network", "connect", "one", "web").succeeded()
      #expect(try Self.ports(f, "web") == ["80/tcp -> 0.0.0.0:8080", "80/tcp -> 0.0.0.0:8081"])
      try eventually("it answers again") { try isReached() }
      // A port that somebody has keeps the container from the network, whole.
      try f.apus("network", "disconnect", "one", "web").succeeded()
      try f.apus("restart", "-t", "1", "web").succeeded()
      try Self.sleeper(f, "--name", "other", "-p", "8081:80").succeeded()
      try f.apus("network", "connect", "one", "web").expectFailure(
        1, "Bind for 0.0.0.0:8081 failed: port is already allocated: container other (")
      #expect(try f.inspect("json .NetworkSettings.Networks", of: "web") == "{}")
      try f.apus("rm", "-f", "web", "other").succeeded()
      try f.apus("network", "rm", "one", "two", "inner").succeeded()
      #expect(try Self.elements(f) == "")
      try f.expectNothingLeft()
    }
  }

  @Test func portsOfIPv6AreReachedBesideThoseOfIPv4() async throws {
    try await Fixture.withNetworks { f, outside in
      try f.shell("ip addr add fd99::1/64 dev out0 nodad").succeeded()
      try f.outside(outside, "ip addr add fd99::2/64 dev eth0 nodad").succeeded()
      try f.apus("network", "create", "--ipv6", "--subnet=fd77::/64", "six").succeeded()
      try f.run(
        "apus",
        ["run", "-d", "--network=six", "--name=web", "-p", "8080:80", "-p", "[fd99::1]:8081:80", "busybox"]
          + Self.web, files: [try f.path("six-out"), try f.path("six-err")]
      ).succeeded()
      #expect(
        try Self.ports(f, "web") == [
          "80/tcp -> 0.0.0.0:8080", "80/tcp -> [::]:8080", "80/tcp -> [fd99::1]:8081",
        ])
      #expect(try f.apus("ps", "--format", "{{.Ports}}").answer.contains("[fd99::1]:8081->80/tcp"))
      try eventually("it answers") {
        try f.outside(outside, Self.question("fd99::1", 8080)).answer == "fd99::2"
      }
      #expect(try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "10.9.0.2")
      for host in ["fd99::1", "fd77::1"] {
        #expect(try !f.shell(Self.question(host, 8080)).answer.isEmpty, "\(host)")
      }
      #expect(try f.outside(outside, Self.question("fd99::1", 8081)).answer == "fd99::2")
      #expect(try f.shell(Self.question("fd77::1", 8081)).answer == "")
      try f.apus("run", "-p", "[fd99::1]:8081:80", "--network=six", "busybox", "true")
        .expectFailure(125, "Bind for [fd99::1]:8081 failed: port is already allocated: container web (")
      try f.apus("run", "-p", "[::1]:80:80", "--network=six", "busybox", "true")
        .expectFailure(125, "Bind for [::1]:80 failed: the kernel lets nothing from ::1 reach a container")
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("network", "rm", "six").succeeded()
      #expect(try Self.elements(f) == "")
      #expect(try !f.shell("nft list ruleset").out.contains("elements"))
      try f.expectNothingLeft()
    }
  }

  @Test func aThousandPortsAreOneDescriptor() async throws {
    try await Fixture.withNetworks { f, outside in
      try Self.serve(f, "--name", "web", "-p", "10000-10999:10000-10999", "-p", "8080:80").succeeded()
      #expect(try Self.ports(f, "web").count == 1001)
      #expect(
        try Self.column(f) == ["web 0.0.0.0:10000-10999->10000-10999/tcp, 0.0.0.0:8080->80/tcp"])
      let shim = try readText("\(f.runRoot)/shims/\(try f.inspect(".Id", of: "web"))/shim.pid")
      #expect(try #require(Int(f.shell("ls /proc/\(shim)/fd | wc -l").answer)) < 40)
      try eventually("it answers") {
        try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "10.9.0.2"
      }
      try f.apus("run", "--network=bridge", "-p", "10999:80", "busybox", "true")
        .expectFailure(125, "Bind for 0.0.0.0:10999 failed: port is already allocated: container web (")
      try f.apus("update", "-p", "8080:80", "web").succeeded()
      try f.apus("run", "--rm", "--network=bridge", "-p", "10999:80", "busybox", "true").succeeded()
      try f.apus("rm", "-f", "web").succeeded()
      #expect(try Self.elements(f) == "")
    }
  }

  @Test func aKilledShimsPortsAreHeldAgainAndThoseOfAKilledContainerAreFree() async throws {
    try await Fixture.withNetworks { f, outside in
      try Self.serve(f, "--name", "web", "-p", "8080:80").succeeded()
      func pid(_ file: String) throws -> Int32 {
        let id = try f.inspect(".Id", of: "web")
        return try #require(Int32(readText("\(f.runRoot)/shims/\(id)/\(file)")))
      }
      try sendSignal(Signal.kill, toPID: pid("shim.pid"))
      try f.apus("run", "--network=bridge", "-p", "8080:80", "busybox", "true")
        .expectFailure(125, "Bind for 0.0.0.0:8080 failed: port is already allocated: container web (")
      try eventually("it answers") {
        try f.outside(outside, Self.question("10.9.0.1", 8080)).answer == "10.9.0.2"
      }
      // Both are killed: what is left is swept away by whoever wants the port.
      let (shim, container) = (try pid("shim.pid"), try pid("init.pid"))
      try sendSignal(Signal.kill, toPID: shim)
      try sendSignal(Signal.kill, toPID: container)
      try f.apus("run", "--rm", "--network=bridge", "-p", "8080:80", "busybox", "true").succeeded()
      try f.apus("rm", "-f", "web").succeeded()
      #expect(try Self.elements(f) == "")
      try f.expectNothingLeft()
    }
  }

  /// The manager is killed between holding a port and starting the shim.
  @Test func aKilledManagersPortIsFree() async throws {
    try await Fixture.withNetworks { f, _ in
      let bin = try f.path("bin/x").dropLast(2)
      let real = Host.programs
      try f.shell("cd \(real) && cp apus apus-shim apus-runtime apus-init \(bin)/").succeeded()
      try f.write(
        "#!/bin/sh\n\(real)/apus-network $1; s=$?\n[ $1 = attach ] && { : >\(bin)/reached; "
          + "while [ ! -e \(bin)/go ]; do sleep 0.02; done; }\nexit $s\n", to: "bin/apus-network", mode: 0o755
      )
      let manager = try f.start(
        "\(bin)/apus", ["create", "--name", "web", "--network", "bridge", "-p", "8080:80", "busybox", "true"])
      try eventually("it is made") { try f.apus("ps", "-aq").lines.count == 1 }
      _ = manager
      let start = try f.start("\(bin)/apus", ["start", "web"])
      try eventually("apus-network waits") { fileExists("\(bin)/reached") }
      try sendSignal(Signal.kill, toPID: start.pid)
      try f.write("", to: "bin/go")
      try f.apus("run", "--rm", "--network=bridge", "-p", "8080:80", "busybox", "true").succeeded()
      try f.apus("rm", "-f", "web").succeeded()
      #expect(try Self.elements(f) == "")
      try f.expectNothingLeft()
    }
  }

  @Test(arguments: [
    (["-p", "70000:80"], "invalid hostPort: 70000"),
    (["-p", "80:80", "-p", "80:81"], "port is already allocated: it is published for 80/tcp and for 81/tcp"),
    (["-p", "[::1]:80:80"], "network bridge has no IPv6"),
    (["-p", "192.0.2.1:80:80"], "the host has no address 192.0.2.1"),
    (["--publish-default-ip", "all", "-p", "80"], "all is not an ip address"),
    (["--port-range", "9-1", "-p", "80"], "expected two ports from 1 to 65535"),
  ])
  func whatCannotBeIsRefusedAndLeavesNothing(_ options: [String], _ words: String) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.run("apus", ["run", "--network=bridge"] + options + ["busybox", "true"]).expectFailure(125, words)
      try f.expectNothingLeft()
    }
  }

  @Test func otherNetworksPublishNothing() async throws {
    try await Fixture.withNetworks { f, _ in
      let host = try f.apus("run", "--rm", "--network=host", "-p", "80:80", "busybox", "true").succeeded()
      #expect(host.complaint == "WARNING: Published ports are discarded when using host network mode")
      try f.apus("run", "--rm", "--network=none", "-p", "80:80", "busybox", "true").succeeded()
      try Self.sleeper(f, "--name", "two").succeeded()
      try f.apus("run", "--network=container:two", "-p", "80:80", "busybox", "true")
        .expectFailure(125, "conflicting options: port publishing and the container type network mode")
      try f.apus("run", "--network=container:two", "--expose", "80", "busybox", "true")
        .expectFailure(125, "conflicting options: port exposing and the container type network mode")
      try f.apus("rm", "-f", "two").succeeded()
    }
  }
}
