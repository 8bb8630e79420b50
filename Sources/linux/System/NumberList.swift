/// Numbers of CPUs or memory nodes as the kernel writes them, `0-3,7` (cpuset(7), List format).
package struct NumberList: Sendable, Equatable, CustomStringConvertible {
  /// Ascending, each once.
  package let numbers: [Int]

  /// More than any kernel is built for; a list without end would cost memory.
  private static let limit = 65536

  /// Reads a list of at least one number; nil when the text is none.
  package init?(_ text: String) {
    var found: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(Self.number)
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else { return nil }
      found.formUnion(first...last)
    }
    numbers = found.sorted()
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text).flatMap { $0 < limit ? $0 : nil }
  }

  /// One bit for each number, in whole words of 64 bits, as masks of the kernel are.
  package var mask: [UInt64] {
    var words = [UInt64](repeating: 0, count: (numbers.last ?? 0) / 64 + 1)
    for number in numbers { words[number / 64] |= 1 << UInt64(number % 64) }
    return words
  }

  /// The list again, in the same form.
  package var description: String {
    var runs: [(Int, Int)] = []
    for number in numbers {
      if let last = runs.last, last.1 + 1 == number {
        runs[runs.count - 1].1 = number
      } else {
        runs.append((number, number))
      }
    }
    return runs.map { $0.0 == $0.1 ? "\($0.0)" : "\($0.0)-\($0.1)" }.joined(separator: ",")
  }
}
