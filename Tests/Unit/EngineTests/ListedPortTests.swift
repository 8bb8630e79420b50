import Testing

@testable import Engine

@Suite("The PORTS column")
struct ListedPortTests {
  private static func at(_ port: UInt16, _ host: String, _ hostPort: UInt16, _ transport: String = "tcp")
    -> ListedPort
  {
    ListedPort(port, transport, at: .init(host, hostPort))
  }

  static let columns: [([ListedPort], String)] = [
    ([], ""),
    ([ListedPort(80, "tcp")], "80/tcp"),
    ([ListedPort(82, "tcp"), ListedPort(80, "tcp"), ListedPort(81, "tcp")], "80-82/tcp"),
    ([ListedPort(53, "udp"), ListedPort(53, "tcp")], "53/tcp, 53/udp"),
    (
      [at(80, "0.0.0.0", 80), at(81, "0.0.0.0", 81), at(80, "::", 80), at(81, "::", 81)],
      "0.0.0.0:80-81->80-81/tcp, [::]:80-81->80-81/tcp"
    ),
    ([at(80, "0.0.0.0", 8080), at(81, "0.0.0.0", 8081)], "0.0.0.0:8080->80/tcp, 0.0.0.0:8081->81/tcp"),
    ([at(80, "0.0.0.0", 80), at(82, "0.0.0.0", 82)], "0.0.0.0:80->80/tcp, 0.0.0.0:82->82/tcp"),
    ([at(90, "127.0.0.1", 9), ListedPort(22, "tcp")], "22/tcp, 127.0.0.1:9->90/tcp"),
    ([at(65535, "0.0.0.0", 65535), at(65534, "0.0.0.0", 65534)], "0.0.0.0:65534-65535->65534-65535/tcp"),
  ]

  @Test(arguments: columns)
  func neighboursAreOneRange(ports: [ListedPort], text: String) {
    #expect(ListedPort.column(ports) == text)
  }
}
