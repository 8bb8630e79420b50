/// What the name of a tar entry means for the layer (image-spec layer.md, Whiteouts). Names are bytes: a layer's
/// author may use any character set, or none.
enum LayerEntryName: Equatable {
  /// The layer's root directory itself.
  case root
  /// A file, by its path in the layer: relative, without `.`, `..` or doubled slashes.
  case file([UInt8])
  /// `.wh.NAME`: hides NAME in the layers below.
  case whiteout([UInt8])
  /// `.wh..wh..opq`: hides everything that layers below have in this directory; `.` is the root.
  case opaque([UInt8])
  /// `.wh..wh.` something: aufs kept its own books in such files; they mean nothing to a layer.
  case bookkeeping
  /// It would be outside of the layer, or hides no possible name.
  case invalid

  static let whiteoutPrefix = Array(".wh.".utf8)
  private static let bookkeepingPrefix = Array(".wh..wh.".utf8)
  static let opaqueName = Array(".wh..wh..opq".utf8)

  /// Decides by the name alone.
  init(_ name: [UInt8]) {
    guard let parts = Self.components(name) else {
      self = .invalid
      return
    }
    guard let last = parts.last else {
      self = .root
      return
    }
    let directory = parts.dropLast()
    if last == Self.opaqueName {
      self = .opaque(directory.isEmpty ? Array(".".utf8) : Self.join(directory))
    } else if parts.contains(where: { $0.starts(with: Self.bookkeepingPrefix) }) {
      self = .bookkeeping
    } else if last.starts(with: Self.whiteoutPrefix) {
      let hidden = Array(last.dropFirst(Self.whiteoutPrefix.count))
      // `.wh...` would hide `..`: no name that a directory can hold.
      let isName = !hidden.isEmpty && hidden != Array(".".utf8) && hidden != Array("..".utf8)
      self = isName ? .whiteout(Self.join(directory + [hidden])) : .invalid
    } else {
      self = .file(Self.join(parts[...]))
    }
  }

  /// Decides by the name alone, where no name hides anything.
  init(plain name: [UInt8]) {
    guard let parts = Self.components(name) else {
      self = .invalid
      return
    }
    self = parts.isEmpty ? .root : .file(Self.join(parts[...]))
  }

  /// A path in the layer for what a hard link points at; nil when that would be outside, or the root.
  static func linkTarget(_ name: [UInt8]) -> [UInt8]? {
    guard let parts = components(name), !parts.isEmpty else { return nil }
    return join(parts[...])
  }

  /// The components of a name taken from the layer's root, `..` resolved as text as docker does; nil when that leads
  /// out. An absolute name is taken from the layer's root too.
  private static func components(_ name: [UInt8]) -> [[UInt8]]? {
    var parts: [[UInt8]] = []
    for part in name.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8) {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(Array(part))
      }
    }
    return parts
  }

  private static func join(_ parts: ArraySlice<[UInt8]>) -> [UInt8] {
    Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }
}
