import Addresses
import Testing

@testable import Options

@Suite("--publish")
struct PortBindingTests {
  /// As `docker ps` would say it: address:ports->container.
  static func text(_ binding: PortBinding) -> String {
    let ports = binding.hostPorts.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    return "\(binding.host.map { "\($0)" } ?? "*"):\(ports ?? "?")->\(binding.container)"
  }

  @Test(arguments: [
    ("80", ["*:?->80/tcp"]), ("5000:5000", ["*:5000->5000/tcp"]), ("80:5000/udp", ["*:80->5000/udp"]),
    ("127.0.0.1:5000:5000", ["127.0.0.1:5000->5000/tcp"]), ("127.0.0.1::5000", ["127.0.0.1:?->5000/tcp"]),
    ("127.0.0.1:5000:5000/UDP", ["127.0.0.1:5000->5000/udp"]), ("38412:38412/sctp", ["*:38412->38412/sctp"]),
    (":80", ["*:?->80/tcp"]), ("::80", ["*:?->80/tcp"]), ("0:80", ["*:?->80/tcp"]), ("80/", ["*:?->80/tcp"]),
    ("[::1]:8080:80", ["::1:8080->80/tcp"]), ("[2001:db8::1]::80/udp", ["2001:db8::1:?->80/udp"]),
    ("8000-8001:80-81", ["*:8000->80/tcp", "*:8001->81/tcp"]), ("80-81", ["*:?->80/tcp", "*:?->81/tcp"]),
    ("8000-8010:80", ["*:8000-8010->80/tcp"]),
    ("1.2.3.4:8000-8001:80-81/udp", ["1.2.3.4:8000->80/udp", "1.2.3.4:8001->81/udp"]),
    ("65535:65535", ["*:65535->65535/tcp"]), ("target=80", ["*:?->80/tcp"]),
    ("published=8080,target=80,protocol=udp", ["*:8080->80/udp"]),
  ])
  func everyFormIsRead(_ text: String, _ expected: [String]) throws {
    #expect(try PortBinding.read(text).map(Self.text) == expected)
  }

  @Test(arguments: [
    ("", "no port specified: <empty>"), ("80:", "no port specified: 80:<empty>"),
    ("x", "invalid containerPort: x"), ("0", "invalid containerPort: 0"),
    ("65536", "invalid containerPort: 65536"),
    ("-80", "invalid containerPort: -80"), ("81-80", "invalid containerPort: 81-80"),
    ("+80", "invalid containerPort: +80"), ("x:80", "invalid hostPort: x"),
    ("70000:80", "invalid hostPort: 70000"),
    ("80/icmp", "invalid proto: icmp"), ("localhost:80:80", "invalid IP address: localhost"),
    ("1.2.3:80:80", "invalid IP address: 1.2.3"), ("[1.2.3.4]:80:80", "invalid IP address: 1.2.3.4"),
    ("fd00::1:80:80", "an IPv6 address stands in brackets: [fd00::1]"),
    ("8000-8002:80-81", "invalid ranges specified for container and host Ports: 80-81 and 8000-8002"),
    ("8000:80-81", "invalid ranges specified for container and host Ports: 80-81 and 8000"),
    ("target=80,x", "invalid publish opts format (should be name=value but got 'x')"),
    ("target=80,mode=host", "unknown key \"mode\"; expected target, published or protocol"),
    ("published=80", "invalid containerPort: "),
  ])
  func whatIsNoPortIsRefused(_ text: String, _ problem: String) {
    #expect(throws: OptionError("--publish", text, problem)) { try PortBinding.read(text) }
  }

  @Test func exposedPortsAreRead() throws {
    #expect(try ContainerPort.read(exposed: "53/udp").map(\.description) == ["53/udp"])
    #expect(
      try ContainerPort.read(exposed: "3000-3002").map(\.description) == ["3000/tcp", "3001/tcp", "3002/tcp"])
    for text in ["", "x", "0", "80:80", "3-2", "/tcp"] {
      #expect(throws: OptionError("--expose", text, "invalid range format for --expose: \(text)")) {
        try ContainerPort.read(exposed: text)
      }
    }
    #expect(throws: OptionError("--expose", "80/x", "invalid proto: x")) {
      try ContainerPort.read(exposed: "80/x")
    }
  }

  @Test func linksAreRead() throws {
    for (text, container, alias) in [
      ("db", "db", "db"), ("database:db", "database", "db"), ("/db:webdb", "db", "webdb"),
      ("6e5cdeb2d300:db", "6e5cdeb2d300", "db"), ("/db:/web/db", "db", "db"),
    ] {
      let link = try LinkOption(text)
      #expect(link.container == container && link.alias == alias)
    }
    for (text, problem) in [
      ("", "empty string specified for links"), ("a:b:c", "bad format for links: a:b:c"),
      (":x", "bad format for links: :x"), ("db:", "an alias matches [a-zA-Z0-9][a-zA-Z0-9_.-]*"),
      ("db:a b", "an alias matches [a-zA-Z0-9][a-zA-Z0-9_.-]*"),
      ("db:a\nb", "an alias matches [a-zA-Z0-9][a-zA-Z0-9_.-]*"),
    ] {
      #expect(throws: OptionError("--link", text, problem)) { try LinkOption(text) }
    }
  }

  @Test func networksHaveNamesOfTheirOwn() throws {
    #expect(try NetworkName("my-net.1").text == "my-net.1")
    for name in ["bridge", "host", "none", "default", "container"] {
      #expect(
        throws: OptionError("NETWORK", name, "operation is not permitted on predefined \(name) network")
      ) { try NetworkName(name) }
    }
    for name in ["", "-a", "a b", "a/b", "container:x"] {
      #expect(throws: OptionError.self) { try NetworkName(name) }
    }
  }
}
