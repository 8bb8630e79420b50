/// A pattern as Go's `path.Match` takes it: `*` and `?` for anything but a slash, `[a-z]` and `[^a-z]` for one
/// character of a set, a backslash before what is meant itself.
package struct PathPattern: Sendable, Equatable {
  private enum Piece: Sendable, Equatable {
    case one(Unicode.Scalar)
    case any
    case run
    case set([ClosedRange<UInt32>], isNegated: Bool)
  }

  private let pieces: [Piece]

  /// Reads a pattern; nil for one that is none, such as `[a`.
  package init?(_ text: String) {
    var pieces: [Piece] = []
    var rest = Substring(text).unicodeScalars
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": pieces.append(.run)
      case "?": pieces.append(.any)
      case "[":
        guard let set = Self.set(&rest) else { return nil }
        pieces.append(set)
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        pieces.append(.one(next))
      default: pieces.append(.one(scalar))
      }
    }
    self.pieces = pieces
  }

  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Piece? {
    var ranges: [ClosedRange<UInt32>] = []
    let isNegated = rest.first == "^"
    if isNegated { rest.removeFirst() }
    func bound() -> UInt32? {
      guard let scalar = rest.popFirst(), scalar != "]", scalar != "-" else { return nil }
      return scalar == "\\" ? rest.popFirst()?.value : scalar.value
    }
    while let next = rest.first, next != "]" || ranges.isEmpty {
      guard let low = bound() else { return nil }
      var high = low
      if rest.first == "-" {
        rest.removeFirst()
        guard let end = bound() else { return nil }
        high = end
      }
      guard low <= high else { return nil }
      ranges.append(low...high)
    }
    return rest.popFirst() == "]" ? .set(ranges, isNegated: isNegated) : nil
  }

  /// Whether the whole text fits.
  package func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var (piece, place) = (0, 0)
    // Where the last run began, to let it swallow one more.
    var retry: (piece: Int, place: Int)?
    while place < scalars.count || piece < pieces.count {
      if piece < pieces.count, pieces[piece] == .run {
        retry = (piece, place)
        piece += 1
        continue
      }
      if piece < pieces.count, place < scalars.count, fits(pieces[piece], scalars[place]) {
        piece += 1
        place += 1
        continue
      }
      guard let last = retry, last.place < scalars.count, scalars[last.place] != "/" else { return false }
      retry = (last.piece, last.place + 1)
      (piece, place) = (last.piece + 1, last.place + 1)
    }
    return true
  }

  private func fits(_ piece: Piece, _ scalar: Unicode.Scalar) -> Bool {
    switch piece {
    case .one(let wanted): wanted == scalar
    case .any: scalar != "/"
    case .run: false
    case .set(let ranges, let isNegated):
      scalar != "/" && ranges.contains { $0.contains(scalar.value) } != isNegated
    }
  }
}
