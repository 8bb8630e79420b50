import Testing

@testable import Engine

@Suite("What the head of a file tells about executing it")
struct ProgramHeadTests {
  private static func elf(
    bits: Int = 64, little: Bool = true, type: UInt16 = 2, machine: UInt16, loader: String? = nil
  ) -> [UInt8] {
    func field(_ value: UInt64, _ size: Int) -> [UInt8] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
      return little ? bytes : bytes.reversed()
    }
    let (wide, word) = (bits == 64, bits == 64 ? 8 : 4)
    let (header, entry) = (wide ? 64 : 52, wide ? 56 : 32)
    let text = Array((loader ?? "").utf8) + [0]
    var bytes: [UInt8] =
      [0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1, 0] + .init(repeating: 0, count: 8)
    bytes += field(UInt64(type), 2) + field(UInt64(machine), 2) + field(1, 4)
    bytes += field(0, word) + field(UInt64(header), word) + field(0, word)
    bytes +=
      field(0, 4) + field(UInt64(header), 2) + field(UInt64(entry), 2) + field(loader == nil ? 0 : 1, 2)
    bytes += .init(repeating: 0, count: header - bytes.count)
    let place = UInt64(header + entry)
    bytes += wide ? field(3, 4) + field(4, 4) + field(place, 8) : field(3, 4) + field(place, 4)
    bytes += wide ? field(0, 16) + field(UInt64(text.count), 8) : field(0, 8) + field(UInt64(text.count), 4)
    bytes += .init(repeating: 0, count: Int(place) - bytes.count)
    return bytes + text
  }

  @Test(
    arguments: [
      ("#!/bin/sh\necho\n", "/bin/sh"), ("#! /usr/bin/env -S a b\n", "/usr/bin/env"),
      ("#!/bin/sh", "/bin/sh"),
      ("#!/bin/sh\r\necho\r\n", "/bin/sh\r"), ("#!\n", ""), ("#!", ""), ("#!   \n/bin/sh", ""),
      ("#!\t/bin/sh\t-e\r\n", "/bin/sh"),
    ])
  func theInterpreterIsWhatTheKernelTakes(line: String, interpreter: String) {
    guard case .script(let shebang) = ProgramHead(Array(line.utf8)) else {
      Issue.record("no script: \(line)")
      return
    }
    #expect(shebang.interpreter == interpreter)
    #expect(!shebang.isTooLong)
  }

  @Test func aFirstLineIsTooLongOnlyWhenItsInterpreterIs() {
    let name = String(repeating: "x", count: 300)
    for (line, isTooLong) in [("#!/\(name)\n", true), ("#!/bin/sh \(name)\n", false), ("#!/bin/sh", false)] {
      guard case .script(let shebang) = ProgramHead(Array(line.utf8)) else {
        Issue.record("no script")
        return
      }
      #expect(shebang.isTooLong == isTooLong, "\(line.prefix(12))")
    }
  }

  @Test(
    arguments: [
      (64, true, UInt16(62), "amd64", true as Bool?), (64, true, 183, "arm64", false),
      (32, true, 3, "386", nil),
      (32, true, 40, "arm", false), (64, false, 22, "s390x", false), (64, true, 243, "riscv64", false),
      (64, true, 21, "ppc64le", false), (32, true, 62, "x32", nil), (64, true, 9999, "machine 9999", false),
    ])
  func aProgramSaysWhatItIsMadeFor(bits: Int, little: Bool, machine: UInt16, name: String, fits: Bool?) throws
  {
    let bytes = Self.elf(bits: bits, little: little, machine: machine, loader: "/lib/ld.so")
    guard case .elf(let header) = ProgramHead(bytes) else {
      Issue.record("no ELF")
      return
    }
    #expect(header.machineName == name)
    #expect(header.isMade(for: .x86_64) == fits)
    let place = try #require(header.loader)
    #expect(String(decoding: bytes[place].dropLast(), as: UTF8.self) == "/lib/ld.so")
  }

  @Test func everythingElseIsToldApart() {
    #expect(ProgramHead([]) == .empty)
    #expect(ProgramHead(Array("echo hi\n".utf8)) == .other(isText: true))
    #expect(ProgramHead([0xca, 0xfe, 0, 1]) == .other(isText: false))
    #expect(ProgramHead([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]) == .truncatedELF)
    #expect(ProgramHead(Array(Self.elf(machine: 62).prefix(40))) == .truncatedELF)
    guard case .elf(let header) = ProgramHead(Self.elf(machine: 62)) else {
      Issue.record("no ELF")
      return
    }
    #expect(header.loader == nil)
  }

  // Numbers that lead out of the file, or out of any number, must not end the program.
  @Test func aHostileHeaderIsOnlyAHeader() {
    var bytes = Self.elf(machine: 62, loader: "/lib/ld.so")
    for place in [32..<40, 54..<58, 72..<80, 96..<104] {
      var broken = bytes
      for index in place { broken[index] = 0xff }
      _ = ProgramHead(broken)
      // The largest number that is one.
      broken[place.upperBound - 1] = 0x7f
      _ = ProgramHead(broken)
    }
    for length in 0..<bytes.count { _ = ProgramHead(Array(bytes.prefix(length))) }
    bytes[32] = 0xff
    guard case .elf(let header) = ProgramHead(bytes) else { return }
    #expect(header.loader == nil)
  }
}
