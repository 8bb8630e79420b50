internal import ShimProtocol

/// A command line taken apart by the rules of GLib's option parser, which conmon has (GOptionContext): `--name value`,
/// `--name=value`, `-x value`, `-xvalue`, several short ones without a value together, and `--` before the rest. A value
/// may begin with a dash and may be empty; of an option that stands twice the last counts, unless it is a list.
struct ConmonArguments {
  private var found: [(option: ConmonOption, value: String)] = []

  init(_ arguments: [String]) throws(ShimUsageError) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--" {
        guard rest.isEmpty else { throw ShimUsageError("unexpected argument \"\(rest[rest.startIndex])\"") }
      } else if word.hasPrefix("--") {
        try takeLong(word.dropFirst(2), &rest)
      } else if word.hasPrefix("-"), word != "-" {
        try takeShort(word.dropFirst(), &rest)
      } else {
        throw ShimUsageError("unexpected argument \"\(word)\"")
      }
    }
  }

  private mutating func takeLong(
    _ word: Substring, _ rest: inout ArraySlice<String>
  ) throws(ShimUsageError) {
    let sign = word.firstIndex(of: "=")
    let name = String(word[..<(sign ?? word.endIndex)])
    guard let option = ConmonOption(rawValue: name) else {
      throw ShimUsageError("unknown option \"--\(name)\"")
    }
    let joined = sign.map { String(word[word.index(after: $0)...]) }
    guard option.takesValue else {
      guard joined == nil else { throw ShimUsageError("--\(name) takes no value") }
      found.append((option, ""))
      // A flag to conmon, whose users nonetheless write a number behind it (podman: `--api-version 1`).
      if option == .apiVersion, rest.first.map({ Int($0) }) ?? nil != nil { rest.removeFirst() }
      return
    }
    guard let value = joined ?? rest.popFirst() else { throw ShimUsageError("--\(name) needs a value") }
    found.append((option, value))
  }

  private mutating func takeShort(
    _ word: Substring, _ rest: inout ArraySlice<String>
  ) throws(ShimUsageError) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = ConmonOption(short: letter) else {
        throw ShimUsageError("unknown option \"-\(letter)\"")
      }
      guard option.takesValue else {
        found.append((option, ""))
        continue
      }
      guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
        throw ShimUsageError("-\(letter) needs a value")
      }
      found.append((option, value))
      return
    }
  }

  /// Whether it was given.
  func has(_ option: ConmonOption) -> Bool { found.contains { $0.option == option } }

  /// Its last value; an empty one is none, as callers pass `--option ""` for what they do not have.
  func text(_ options: ConmonOption...) -> String? {
    guard let value = found.last(where: { options.contains($0.option) })?.value, !value.isEmpty else {
      return nil
    }
    return value
  }

  /// All its values in order, empty ones too.
  func list(_ options: ConmonOption...) -> [String] {
    found.filter { options.contains($0.option) }.map(\.value)
  }

  /// Its last value as a number of this range.
  func number(_ option: ConmonOption, _ range: ClosedRange<Int64>) throws(ShimUsageError) -> Int64? {
    guard let text = text(option) else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      let end =
        range.upperBound == Int64.max
        ? "\(range.lowerBound) on" : "\(range.lowerBound) to \(range.upperBound)"
      throw ShimUsageError("--\(option.rawValue) \"\(text)\" is not a number from \(end)")
    }
    return number
  }
}
