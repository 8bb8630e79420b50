/// Processors or memory nodes: `0-2,7` (cpuset(7), List format).
package struct CPUList: Hashable, Sendable {
  /// Ascending.
  package let numbers: [Int]

  /// More than any kernel has.
  private static let largest = 65_535

  /// Reads a list; nil when it is none.
  package init?(_ text: String) {
    var numbers: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last else {
        return nil
      }
      numbers.formUnion(first...last)
    }
    self.numbers = numbers.sorted()
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
      return nil
    }
    return number <= largest ? number : nil
  }
}
