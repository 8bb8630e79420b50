/// Gathers what libarchive writes piece by piece, and takes the keyword `hdrcharset` out of pax headers.
///
/// libarchive says of a name that is no UTF-8 that it is bytes. GNU tar and Go's do not know the keyword; both take names
/// as they stand, but GNU tar complains each time. A comment of the same length is in its place, which nobody reads.
final class TarHeaders {
  private static let binary = Array("21 hdrcharset=BINARY\n".utf8)
  private static let comment = Array("21 comment=raw names\n".utf8)

  /// Whether a header is being written; then a piece may be the text of a pax header, and begins with the keyword.
  var areWritten = false
  private let output: ByteSink.Output
  private var gathered: [UInt8] = []

  init(_ output: @escaping ByteSink.Output) { self.output = output }

  func take(_ bytes: [UInt8]) throws(ImageError) {
    if areWritten, bytes.starts(with: Self.binary) {
      gathered += Self.comment
      gathered += bytes.dropFirst(Self.binary.count)
    } else {
      gathered += bytes
    }
    if gathered.count >= 1 << 18 { try flush() }
  }

  /// Hands on what is left.
  func flush() throws(ImageError) {
    guard !gathered.isEmpty else { return }
    let bytes = gathered
    gathered = []
    try output(bytes)
  }
}
