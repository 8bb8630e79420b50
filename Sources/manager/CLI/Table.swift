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
    var widths = [Int](repeating: leastWidth, count: columns)
    for row in rows {
      for column in 0..<columns { widths[column] = max(widths[column], Self.width(row[column]) + 3) }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rows.count * widths.reduce(columns, +))
    for row in rows {
      for column in 0..<columns {
        bytes.append(contentsOf: row[column].utf8)
        guard column < columns - 1 else { continue }
        let gap = widths[column] - Self.width(row[column])
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: gap))
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// At most `limit` characters, the last of them `…` when something was cut.
func ellipsis(_ text: String, _ limit: Int) -> String {
  // No text has more characters than bytes, and those are counted already.
  text.utf8.count <= limit || text.count <= limit ? text : text.prefix(limit - 1) + "…"
}
