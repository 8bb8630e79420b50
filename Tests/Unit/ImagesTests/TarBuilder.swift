/// Builds tars by hand, entry by entry, well-formed or hostile (POSIX ustar and pax).
struct TarBuilder {
  private(set) var bytes: [UInt8] = []

  enum Kind: UInt8 {
    case file = 0x30, hardLink, symbolicLink, characterDevice, blockDevice, directory, fifo
  }

  /// Adds an entry, with records of a pax header before it. Names are bytes, of at most 100.
  mutating func add(
    _ name: [UInt8], _ kind: Kind = .file, content: [UInt8] = [], link: String = "", mode: Int = 0o644,
    owner: (Int, Int) = (0, 0), device: (Int, Int) = (0, 0), pax: [(String, [UInt8])] = []
  ) {
    if !pax.isEmpty {
      let records = pax.flatMap { Self.record($0.0, $0.1) }
      header(Array("pax".utf8), 0x78, records.count, "", 0o644, (0, 0), (0, 0))
      append(records)
    }
    header(name, kind.rawValue, content.count, link, mode, owner, device)
    append(content)
  }

  /// Adds an entry with a name of text.
  mutating func add(
    _ name: String, _ kind: Kind = .file, content: String = "", link: String = "", mode: Int = 0o644,
    owner: (Int, Int) = (0, 0), device: (Int, Int) = (0, 0), pax: [(String, [UInt8])] = []
  ) {
    add(
      Array(name.utf8), kind, content: Array(content.utf8), link: link, mode: mode, owner: owner,
      device: device,
      pax: pax)
  }

  /// The pax record of an extended attribute.
  static func attribute(_ name: String, _ value: [UInt8]) -> (String, [UInt8]) {
    ("SCHILY.xattr.\(name)", value)
  }

  /// The whole archive, with the mark of its end.
  var archive: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  /// One pax record: its own length, key and value (POSIX pax, Extended Header).
  private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
    var length = rest.count + 1
    while "\(length)".utf8.count + rest.count != length { length += 1 }
    return Array("\(length)".utf8) + rest
  }

  private mutating func append(_ content: [UInt8]) {
    bytes += content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  private mutating func header(
    _ name: [UInt8], _ type: UInt8, _ size: Int, _ link: String, _ mode: Int, _ owner: (Int, Int),
    _ device: (Int, Int)
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ value: [UInt8], _ start: Int) {
      block.replaceSubrange(start..<start + value.count, with: value)
    }
    func octal(_ value: Int, _ width: Int) -> [UInt8] {
      let digits = String(value, radix: 8)
      return Array((String(repeating: "0", count: width - 1 - digits.count) + digits).utf8)
    }
    put(name, 0)
    put(octal(mode, 8), 100)
    put(octal(owner.0, 8), 108)
    put(octal(owner.1, 8), 116)
    put(octal(size, 12), 124)
    put(octal(1_600_000_000, 12), 136)
    put([UInt8](repeating: 0x20, count: 8), 148)
    block[156] = type
    put(Array(link.utf8), 157)
    put(Array("ustar\u{0}00".utf8), 257)
    put(octal(device.0, 8), 329)
    put(octal(device.1, 8), 337)
    put(octal(block.reduce(0) { $0 + Int($1) }, 7), 148)
    bytes += block
  }
}
