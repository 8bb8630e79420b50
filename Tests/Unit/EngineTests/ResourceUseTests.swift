import Testing

@testable import Engine

@Suite("What containers use")
struct ResourceUseTests {
  @Test(
    arguments: [
      (0, "0B"), (692 << 10, "692KiB"), (1536 << 10, "1.5MiB"), (1 << 30, "1GiB"),
      (25_275_858_944, "23.54GiB"), (1_048_575, "1024KiB"),
    ] as [(Int64, String)])
  func memoryIsShownInBinaryUnits(_ bytes: Int64, _ words: String) {
    #expect(HumanSize(bytes: bytes, .binary).description == words)
  }

  @Test func countersAreReadInBothVersions() {
    #expect(
      CgroupCounters.blocksV1("8:0 Read 10\n8:0 Write 20\n8:16 Read 1\nTotal 31") == (11, 20))
    #expect(CgroupCounters.blocksV2("8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=0") == (11, 20))
    #expect(CgroupCounters.entry("oom_kill", in: "oom 1\noom_kill 2") == 2)
    let devices = """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
          lo:    9999      10    0    0    0     0          0         0     9999      10    0
        eth0:     100       1    0    0    0     0          0         0       50       1    0
      """
    #expect(CgroupCounters.network(devices) == (100, 50))
    var (before, after) = (ResourceUse(seconds: 1), ResourceUse(seconds: 2))
    (before.cpuMicroseconds, after.cpuMicroseconds) = (1000, 501_000)
    #expect(after.cpuPercent(since: before) == 50)
    #expect(before.cpuPercent(since: after) == 0)
  }

  @Test func aListingOfProcessesIsCutToTheContainers() {
    let text = "UID   PID CMD\nroot   12 sh -c x\nroot   13 [idle]\nbad\n"
    #expect(ProcessListing(text, only: [12])?.rows == [["root", "12", "sh -c x"]])
    #expect(ProcessListing(text, only: [12])?.titles == ["UID", "PID", "CMD"])
    #expect(ProcessListing("COMMAND\nsh", only: [1]) == nil)
  }
}
