/// What the first bytes of a file tell about how the kernel would execute it (linux, fs/binfmt_script.c and
/// fs/binfmt_elf.c).
package enum ProgramHead: Sendable, Equatable {
  /// Nothing in it.
  case empty
  /// `#!` and an interpreter.
  case script(Shebang)
  /// An ELF file whose header is whole.
  case elf(ELFHeader)
  /// An ELF file that ends in its header.
  case truncatedELF
  /// Something else; whether it reads as text.
  case other(isText: Bool)

  /// How much of a file is looked at, in bytes: program headers stand at the start of what a linker makes.
  package static let length = 4096

  /// Reads the first `length` bytes of a file, or all of a shorter one.
  package init(_ bytes: [UInt8]) {
    if bytes.isEmpty {
      self = .empty
    } else if bytes.starts(with: [0x23, 0x21]) {
      self = .script(Shebang(bytes))
    } else if bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) {
      self = ELFHeader(bytes).map { .elf($0) } ?? .truncatedELF
    } else {
      self = .other(isText: !bytes.prefix(256).contains { $0 < 0x09 })
    }
  }
}

/// The first line of a script.
package struct Shebang: Sendable, Equatable {
  /// The interpreter as the kernel takes it, a carriage return at its end included; empty when none is named.
  package let interpreter: String
  /// Whether the interpreter's name does not end within what the kernel reads.
  package let isTooLong: Bool

  /// The kernel reads so much of a file to decide what it is (BINPRM_BUF_SIZE since Linux 5.1).
  static let kernelReads = 256

  init(_ bytes: [UInt8]) {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    let seen = bytes.prefix(Self.kernelReads)
    let end = seen.firstIndex(of: 0x0a)
    let line = seen[2..<(end ?? seen.endIndex)].drop(while: isBlank)
    let name = line.prefix { !isBlank($0) && $0 != 0 }
    interpreter = String(decoding: name, as: UTF8.self)
    // Cut off, the name may be anything: the kernel refuses it unless something ends it.
    isTooLong = end == nil && bytes.count > Self.kernelReads && name.endIndex == seen.endIndex
  }
}

/// What of an ELF header decides whether a program runs here (elf(5)).
package struct ELFHeader: Sendable, Equatable {
  /// 32 or 64.
  package let bits: Int
  /// Whether the least significant byte comes first.
  package let isLittleEndian: Bool
  /// What it is: 1 an object, 2 a program, 3 a program or library that can lie anywhere, 4 a core dump.
  package let type: Int
  /// `e_machine`.
  package let machine: Int
  /// Where in the file the path of its loader stands, its zero byte included; nil for what needs none.
  package let loader: Range<Int>?

  /// - Returns: nil when the file ends before its header does, or says what cannot be.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 20, bytes[4] == 1 || bytes[4] == 2, bytes[5] == 1 || bytes[5] == 2 else {
      return nil
    }
    let (wide, little) = (bytes[4] == 2, bytes[5] == 1)
    func number(_ place: Int, _ size: Int) -> Int? {
      // Not `place + size`: an offset of a hostile file may be the largest number that there is.
      guard place >= 0, place <= bytes.count - size else { return nil }
      let field = bytes[place..<(place + size)]
      let value = (little ? Array(field.reversed()) : Array(field)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return Int(exactly: value)
    }
    guard let type = number(16, 2), let machine = number(18, 2),
      let table = number(wide ? 32 : 28, wide ? 8 : 4), let size = number(wide ? 54 : 42, 2),
      let count = number(wide ? 56 : 44, 2)
    else { return nil }
    (bits, isLittleEndian, self.type, self.machine) = (wide ? 64 : 32, little, type, machine)
    var found: Range<Int>?
    for index in 0..<count {
      let (entry, overflow) = table.addingReportingOverflow(index * size)
      // PT_INTERP is 3.
      guard !overflow, number(entry, 4) == 3, let start = number(entry + (wide ? 8 : 4), wide ? 8 : 4),
        let length = number(entry + (wide ? 32 : 16), wide ? 8 : 4), (1...4096).contains(length),
        start < 1 << 40
      else { continue }
      found = start..<(start + length)
      break
    }
    loader = found
  }

  /// The processor by the name that images have for it.
  package var machineName: String {
    switch (machine, bits) {
    case (3, _): "386"
    case (8, _): "mips"
    case (20, _): "ppc"
    case (21, _): isLittleEndian ? "ppc64le" : "ppc64"
    case (22, _): "s390x"
    case (40, _): "arm"
    case (62, 32): "x32"
    case (62, _): "amd64"
    case (183, _): "arm64"
    case (243, 32): "riscv32"
    case (243, _): "riscv64"
    case (258, _): "loong64"
    default: "machine \(machine)"
    }
  }

  /// Whether this machine's processor is the one it was made for. What a 64-bit processor may also run (i386, x32, arm)
  /// depends on the kernel and is not known here.
  package func isMade(for architecture: MachineArchitecture) -> Bool? {
    switch (architecture, machine) {
    case (.x86_64, 62): bits == 64 ? true : nil
    case (.arm64, 183): isLittleEndian
    case (.x86_64, 3), (.arm64, 40): nil
    default: false
    }
  }
}
