/// The part of a container's hosts file that tells of its neighbours; it changes while the container runs.
package enum NeighbourNames {
  private static let begin = "# neighbours, kept by apus\n"
  private static let end = "# end of neighbours\n"

  /// The file with other neighbours. What else stands there, the container may have written, and stays.
  package static func replace(in text: String, by lines: [HostsFile.Line]) -> String {
    let block = lines.isEmpty ? "" : begin + lines.map(\.text).joined() + end
    guard let start = text.range(of: begin), let stop = text.range(of: end, after: start.upperBound) else {
      return block.isEmpty ? text : text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + block
    }
    return text[..<start.lowerBound] + block + text[stop.upperBound...]
  }
}

extension HostsFile.Line {
  /// As the file has it.
  package var text: String { "\(address)\t\(names.joined(separator: " "))\n" }
}

extension String {
  /// Where a line stands, from an index on; it begins where one can.
  fileprivate func range(of line: String, after start: Index? = nil) -> Range<Index>? {
    var index = start ?? startIndex
    while index < endIndex {
      let stop = self[index...].firstIndex(of: "\n").map { self.index(after: $0) } ?? endIndex
      if self[index..<stop] == line { return index..<stop }
      index = stop
    }
    return nil
  }
}
