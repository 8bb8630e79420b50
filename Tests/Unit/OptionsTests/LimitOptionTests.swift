import Options
import Testing

@Suite("The flags that limit")
struct LimitOptionTests {
  @Test(
    arguments: [
      ("0", 0), ("512", 512), ("512b", 512), ("1k", 1024), ("64m", 64 << 20), ("64M", 64 << 20),
      ("64mb", 64 << 20), ("64MiB", 64 << 20), ("64 m", 64 << 20), ("1.5g", 3 << 29), ("2t", 2 << 40),
    ] as [(String, Int64)]) func aSizeIsRead(_ text: String, _ bytes: Int64) throws
  {
    #expect(try ByteSize(text, option: "-m").bytes == bytes)
  }

  @Test(arguments: ["", "m", "-1", "1x", "1mm", "1.", ".5m", "1.2.3m", "99999999999g", "1  m", "0x10", "1é"])
  func whatIsNoSizeIsRefused(_ text: String) {
    let error = #expect(throws: OptionError.self) { try ByteSize(text, option: "--memory") }
    #expect(error?.problem.hasPrefix("invalid size") == true)
  }

  @Test func swapKnowsNoLimit() throws {
    #expect(try ByteSize.orUnlimited("-1", option: "--memory-swap") == -1)
    #expect(try ByteSize.orUnlimited("1g", option: "--memory-swap") == 1 << 30)
    #expect(throws: OptionError.self) { try ByteSize.orUnlimited("-2", option: "--memory-swap") }
  }

  @Test(
    arguments: [
      ("1", 1_000_000_000), ("0", 0), ("0.5", 500_000_000), ("1.25", 1_250_000_000), (".5", 500_000_000),
      ("2.", 2_000_000_000), ("0.000000001", 1),
    ] as [(String, Int64)]) func aNumberOfProcessorsIsRead(_ text: String, _ nano: Int64) throws
  {
    #expect(try CPUCount(text).nanoCPUs == nano)
  }

  @Test(arguments: ["", ".", "-1", "1e3", "x", "1.2.3", "0.0000000001", "99999999999999999999"])
  func whatIsNoNumberOfProcessorsIsRefused(_ text: String) {
    #expect(throws: OptionError.self) { try CPUCount(text) }
  }

  @Test(
    arguments: [
      ("0", [0]), ("0-2", [0, 1, 2]), ("3,0-1", [0, 1, 3]), ("1,1", [1]), ("", nil), ("1-", nil),
      ("2-1", nil),
      ("a", nil), ("1,,2", nil), ("-1", nil), ("0-99999999", nil), ("1-2-3", nil),
    ] as [(String, [Int]?)]) func aListOfProcessorsIsRead(_ text: String, _ numbers: [Int]?)
  {
    #expect(CPUList(text)?.numbers == numbers)
  }

  @Test(
    arguments: [
      ("nofile=1024", "nofile=1024:1024"), ("nofile=1024:2048", "nofile=1024:2048"), ("core=0", "core=0:0"),
      ("memlock=-1", "memlock=-1:-1"), ("stack=8:-1", "stack=8:-1"),
    ]) func aUlimitIsRead(_ text: String, _ raw: String) throws
  {
    let limit = try Ulimit(text)
    #expect(limit.rawValue == raw)
    #expect(Ulimit(rawValue: raw) == limit)
  }

  @Test(
    arguments: [
      ("nofile", "invalid ulimit argument"), ("files=1", "invalid ulimit type"),
      ("nofile=1:2:3", "too many limit value arguments"), ("nofile=x", "invalid limit"),
      ("nofile=", "invalid limit"), ("nofile=-2", "invalid limit"),
      ("nofile=2:1", "soft limit must be less than or equal to hard limit: soft: 2, hard: 1"),
      ("nofile=-1:5", "soft: -1 (unlimited), hard: 5"), ("NOFILE=1", "invalid ulimit type"),
    ]) func aSpoiledUlimitIsRefused(_ text: String, _ words: String)
  {
    let error = #expect(throws: OptionError.self) { try Ulimit(text) }
    #expect(error?.problem.contains(words) == true, "\(String(describing: error))")
  }

  @Test func aRateOfADeviceIsRead() throws {
    #expect(try DeviceRate("/dev/sda:1mb", option: "x", .bytes).rawValue == "/dev/sda:1048576")
    #expect(try DeviceRate("/dev//sda:10", option: "x", .operations).rawValue == "/dev/sda:10")
    #expect(try DeviceRate("/dev/sda:500", option: "x", .weight).rate == 500)
    #expect(DeviceRate(rawValue: "/dev/sda:7")?.rate == 7)
    let bad: [(String, DeviceRate.Kind, String)] = [
      ("/dev/sda", .bytes, "bad format"), ("sda:1", .bytes, "bad format for device path"),
      ("/dev/sda:x", .bytes, "invalid rate for device"),
      ("/dev/sda:1mb", .operations, "invalid rate for device"),
      ("/dev/sda:9", .weight, "invalid weight for device"), ("/dev/sda:1001", .weight, "invalid weight"),
    ]
    for (text, kind, words) in bad {
      let error = #expect(throws: OptionError.self) { try DeviceRate(text, option: "x", kind) }
      #expect(error?.problem.contains(words) == true, "\(text)")
    }
  }
}
