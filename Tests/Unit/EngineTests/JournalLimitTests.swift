import Addresses
import JSONDocument
import LinuxSystem
import NetworkProtocol
import Testing

@testable import Engine

@Suite("The journal's limit")
struct JournalLimitTests {
  // A record that can be written and not read again is one that nobody can take away.
  @Test func allPortsThatThereAreFitIntoARecord() throws {
    func size(_ text: String) throws -> Int {
      let address = try #require(IPAddress(text))
      let port = PortOrder(.sctp, host: address, 65535, to: address, 65535)
      func bytes(_ count: Int) -> Int {
        let ports = [PortOrder](repeating: port, count: count)
        return JSON.write(AttachRequest(state: "", container: "", endpoints: [], ports: ports).document).count
      }
      return bytes(2) - bytes(1)
    }
    let both = try size("255.255.255.255") + size("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
    let endpoints = 1 << 20
    #expect(65535 * 3 * both + endpoints < NetworkPaths.recordLimit, "\(both)")
  }

  @Test func fortyThousandVariablesAreOneWalk() {
    let variables = (0..<40000).map { "DB_PORT_\($0)=\($0)" }
    let entries = ProcessEnvironment.compile(
      settings: variables + variables.reversed(), hostname: "h", terminal: false, home: "/")
    #expect(Array(entries.dropFirst(2).dropLast()) == variables)
  }
}
