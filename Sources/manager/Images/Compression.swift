/// What a layer's tar comes in, told by its first bytes.
enum Compression: Sendable, Equatable {
  case none, gzip, zstd, xz, bzip2

  /// Bytes enough for every rule below.
  static let sniffLength = 8

  /// - Throws: `UnsupportedFormat` for what is known to be something else; what nobody knows counts as a plain tar,
  ///   and the tar reader will say.
  init(sniffing start: [UInt8]) throws(UnsupportedFormat) {
    func begins(_ magic: [UInt8]) -> Bool { start.starts(with: magic) }
    // RFC 1952; RFC 8878; xz-file-format 2.1.1.1; bzip2's own; each from the first byte of the file.
    if begins([0x1f, 0x8b]) {
      self = .gzip
    } else if begins([0x28, 0xb5, 0x2f, 0xfd]) {
      self = .zstd
    } else if begins([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) {
      self = .xz
    } else if begins(Array("BZh".utf8)) {
      self = .bzip2
    } else if let other = Self.others.first(where: { begins($0.magic) }) {
      throw UnsupportedFormat(name: other.name)
    } else {
      self = .none
    }
  }

  private static let others: [(magic: [UInt8], name: String)] = [
    ([0x04, 0x22, 0x4d, 0x18], "lz4 data"), (Array("LZIP".utf8), "lzip data"),
    ([0x1f, 0x9d], "compress data"),
    (Array("PK\u{3}\u{4}".utf8), "a zip archive"), (Array("!<arch>".utf8), "an ar archive or Debian package"),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7-Zip archive"), ([0xed, 0xab, 0xee, 0xdb], "an RPM package"),
    (Array("070701".utf8), "a cpio archive"), ([0x7f] + Array("ELF".utf8), "an ELF program"),
    (Array("hsqs".utf8), "a squashfs image"), (Array("QFI".utf8) + [0xfb], "a qcow2 disk image"),
  ]

  /// For messages.
  var name: String {
    switch self {
    case .none: "tar"
    case .gzip: "gzip"
    case .zstd: "zstd"
    case .xz: "xz"
    case .bzip2: "bzip2"
    }
  }

  /// Whether OCI has a media type for a layer in it; the others are stored as a plain tar (image-spec layer.md).
  var isStoredAsItComes: Bool {
    switch self {
    case .none, .gzip, .zstd: true
    case .xz, .bzip2: false
    }
  }
}

/// Something that is certainly no layer.
struct UnsupportedFormat: Error, Equatable {
  let name: String
}
