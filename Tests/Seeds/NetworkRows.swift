import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Seeds, A.8: published ports", .serialized, .requiresRoot)
struct NetworkRows {
  private static let server = "sh -c 'mkdir /w; echo Hello world! >/w/i; exec httpd -f -p 5000 -h /w'"

  /// Runs the body on a host of the test's own with an image that exposes 5000; 10.9.0.2 is the world outside.
  private static func with(
    _ test: String = #function, _ body: (Seeds, TestNetwork) async throws -> Void
  ) async throws {
    try await Seeds.with(test) { (s) async throws in
      let outside = try s.f.connectOutside()
      try s.line(
        "cat \(Host.testRoot)/busybox.tar | docker import -c 'EXPOSE 5000' - training/webapp"
      ).succeeded()
      try await body(s, outside)
      try s.line("docker rm -f $(docker ps -aq)").succeeded()
    }
  }

  private static func run(_ s: Seeds, _ options: String) throws {
    try s.line("docker run -d --network bridge --name web \(options) training/webapp \(server) >id 2>err")
      .succeeded()
  }

  /// Whether the server answers from outside, and from the host at one address.
  private static func answers(_ s: Seeds, _ outside: TestNetwork, _ port: Int) throws -> Bool {
    try s.f.outside(outside, ask("10.9.0.1", port)).out.contains("Hello world!")
  }

  private static func answersHost(_ s: Seeds, _ host: String, _ port: Int) throws -> Bool {
    try s.f.shell(ask(host, port)).out.contains("Hello world!")
  }

  private static func ask(_ host: String, _ port: Int) -> String {
    "printf \"GET /i HTTP/1.0\\r\\n\\r\\n\" | busybox nc -w 2 \(host) \(port) 2>/dev/null"
  }

  @Test func row125_126_exposedPortsGetOnesFrom49000() async throws {
    try await Self.with { s, outside in
      try Self.run(s, "-P")
      #expect(try s.line("docker port web 5000").answer == "0.0.0.0:49000")
      #expect(try s.line("docker ps").lines[1].contains("0.0.0.0:49000->5000/tcp"))
      try eventually("it answers") { try Self.answers(s, outside, 49000) }
    }
  }

  @Test func row127_aPortIsOnAllAddresses() async throws {
    try await Self.with { s, outside in
      try Self.run(s, "-p 80:5000")
      try eventually("it answers") { try Self.answers(s, outside, 80) }
      #expect(try Self.answersHost(s, "127.0.0.1", 80) && Self.answersHost(s, "10.9.0.1", 80))
    }
  }

  @Test func row128_129_aPortIsOnOneAddress() async throws {
    try await Self.with { s, outside in
      try Self.run(s, "-p 127.0.0.1:5000:5000 -p 127.0.0.1::5000")
      try eventually("it answers") { try Self.answersHost(s, "127.0.0.1", 5000) }
      #expect(try Self.answersHost(s, "127.0.0.1", 49000))
      #expect(try !Self.answers(s, outside, 5000) && !Self.answersHost(s, "10.9.0.1", 5000))
      #expect(
        try s.line("docker port web").lines == ["5000/tcp -> 127.0.0.1:5000", "5000/tcp -> 127.0.0.1:49000"])
    }
  }

  @Test func row130_aPortOfUDP() async throws {
    try await Self.with { s, _ in
      try Self.run(s, "-p 127.0.0.1:5000:5000/udp")
      #expect(try s.line("docker port web").answer == "5000/udp -> 127.0.0.1:5000")
    }
  }

  @Test func row131_132_severalPortsAndOneContainerForEach() async throws {
    try await Self.with { s, outside in
      try Self.run(s, "-p 5000:5000 -p 3000:5000 -p 5001")
      try eventually("it answers") { try Self.answers(s, outside, 5000) }
      #expect(try Self.answers(s, outside, 3000))
      let second = try s.line("docker run --network bridge -p 3000:80 training/webapp true")
      second.expectFailure(125, "Bind for 0.0.0.0:3000 failed: port is already allocated")
      #expect(try s.line("docker ps -aq").lines.count == 1)
    }
  }
}
