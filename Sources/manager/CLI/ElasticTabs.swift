/// Text whose tabs end cells, as Go's text/tabwriter lays it out for docker: a column is as wide as its widest cell and
/// three more, at least ten, as far as the lines that have it follow each other.
enum ElasticTabs {
  /// The text with spaces for its tabs.
  static func expand(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    var widths = lines.map { [Int](repeating: 0, count: $0.count - 1) }
    for column in 0..<(widths.map(\.count).max() ?? 0) {
      var start = 0
      while start < lines.count {
        let end = widths[start...].firstIndex { $0.count <= column } ?? lines.count
        let widest = lines[start..<end].map { $0[column].unicodeScalars.count }.max() ?? 0
        for line in start..<end { widths[line][column] = max(10, widest + 3) }
        start = end + 1
      }
    }
    return zip(lines, widths).map { cells, widths in
      cells.enumerated().map { index, cell in
        guard index < widths.count else { return cell }
        return cell + String(repeating: " ", count: widths[index] - cell.unicodeScalars.count)
      }.joined()
    }.joined(separator: "\n")
  }
}
