/// Columns as docker prints them: three spaces apart, at least ten wide, the last one as wide as it is.
struct Table {
  private var rows: [[String]]
  private let leastWidth: Int

  init(_ header: [String], leastWidth: Int = 10) {
    rows = [header]
    self.leastWidth = leastWidth
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// In characters; in plain ASCII these are the bytes, which are counted at once.
  private static func width(_ cell: String) -> Int {
    cell.utf8.allSatisfy { $0 < 0x80 } ? cell.utf8.count : cell.count
  }

  /// The lines, each with its line end.
  var text: String {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { column in
      max(leastWidth, (rows.map { Self.width($0[column]) }.max() ?? 0) + 3)
    }
    return rows.map { row in
      row.enumerated().map { index, cell in
        index == columns - 1 ? cell : cell + String(repeating: " ", count: widths[index] - Self.width(cell))
      }.joined() + "\n"
    }.joined()
  }
}

/// At most `limit` characters, the last of them `…` when something was cut.
func ellipsis(_ text: String, _ limit: Int) -> String {
  text.count <= limit ? text : text.prefix(limit - 1) + "…"
}
