/// The header of a gzip file that this engine makes (RFC 1952): a field of its own says which file it was made of.
///
/// A reader that follows a log holds a file open by its inode. When that file has been compressed away, this number is
/// how the reader finds its place among the compressed ones.
package enum GzipHeader {
  /// How many bytes tell all that `origin(of:)` asks for.
  package static let size = 24
  /// The subfield's two letters: of those that RFC 1952 registers, none.
  private static let subfield: [UInt8] = [UInt8(ascii: "I"), UInt8(ascii: "n")]

  /// The header's bytes.
  /// - Parameter origin: the inode of the file that is compressed.
  package static func bytes(origin: UInt64) -> [UInt8] {
    let magic: [UInt8] = [0x1f, 0x8b]
    let (deflate, extraField, unix): (UInt8, UInt8, UInt8) = (8, 4, 3)
    let number = (0..<8).map { UInt8(truncatingIfNeeded: origin >> (8 * UInt64($0))) }
    return magic + [deflate, extraField, 0, 0, 0, 0, 0, unix, 12, 0] + subfield + [8, 0] + number
  }

  /// The inode that `bytes` had put in; nil when the file is another's.
  /// - Parameter start: the file's first `size` bytes.
  package static func origin(of start: [UInt8]) -> UInt64? {
    guard start.count >= size else { return nil }
    let number = start[16..<24].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Array(start[..<size]) == bytes(origin: number) ? number : nil
  }
}
