/// A command line that cannot be understood; prints as one line.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, such as `unknown flag: --foo, did you mean --food?`.
  package let message: String
  /// The command whose help would tell, such as `apus run`.
  package let command: String

  /// Makes an error; commands throw it too, for what the grammar cannot know.
  package init(_ message: String, command: String) {
    self.message = message
    self.command = command
  }

  /// The message and where to look: `unknown flag: --foo (see 'apus run --help')`.
  package var description: String { "\(message) (see '\(command) --help')" }
}

/// Finds the word someone meant.
enum NearMiss {
  /// `, did you mean --detach?`, or nothing when no candidate is near.
  static func hint(_ word: String, among candidates: [String], prefix: String = "") -> String {
    let near = candidates.map { (word: $0, distance: distance(word, $0)) }
      .filter { $0.distance <= 2 && $0.distance * 2 < max(word.count, $0.word.count) }
      .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    return near.map { ", did you mean \(prefix)\($0.word)?" } ?? ""
  }

  /// How many bytes must be inserted, removed, replaced or swapped with their neighbour.
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var before: [Int] = []
    var above = Array(0...right.count)
    for row in left.indices {
      var line = [row + 1]
      for column in right.indices {
        let replaced = above[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, above[column + 1] + 1, line[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        line.append(best)
      }
      (before, above) = (above, line)
    }
    return above[right.count]
  }
}
