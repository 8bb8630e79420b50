import Testing

@testable import Options

@Suite("--detach-keys")
struct DetachKeysTests {
  @Test(
    arguments: [
      ("", [0x10, 0x11]), ("ctrl-p,ctrl-q", [0x10, 0x11]), ("a", [0x61]), ("ctrl-@", [0]),
      ("ctrl-z,x", [26, 0x78]),
      ("ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", [27, 28, 29, 30, 31]), ("DEL", [127]), ("A, ", [0x41, 0x20]),
    ] as [(String, [UInt8])])
  func keysAreRead(_ text: String, _ bytes: [UInt8]) throws { #expect(try DetachKeys(text).bytes == bytes) }

  @Test(arguments: [
    ("shift-a", "shift-a"), ("ctrl-A", "ctrl-A"), ("ctrl-1", "ctrl-1"), ("ctrl-", "ctrl-"), ("a,,b", ""),
    ("ctrl-pp", "ctrl-pp"), ("ö", "ö"), ("a,", ""),
  ])
  func whatIsNoKeyIsRefused(_ text: String, _ key: String) throws {
    let error = #expect(throws: OptionError.self) { try DetachKeys(text) }
    #expect(error?.description.contains("invalid detach keys (\(text)): \"\(key)\" is no key") == true)
  }

  @Test(
    arguments: [
      // keys, what is typed at once, what is passed on, whether they are complete, what is held at the end
      ("ctrl-p,ctrl-q", ["abc"], "abc", false, ""),
      ("ctrl-p,ctrl-q", ["a\u{10}\u{11}b"], "a", true, ""),
      ("ctrl-p,ctrl-q", ["\u{10}", "\u{11}"], "", true, ""),
      ("ctrl-p,ctrl-q", ["\u{10}", "x"], "\u{10}x", false, ""),
      ("ctrl-p,ctrl-q", ["\u{10}"], "", false, "\u{10}"),
      ("ctrl-p,ctrl-q", ["\u{10}\u{10}", "\u{11}"], "\u{10}", true, ""),
      ("ctrl-p,ctrl-q", ["\u{11}\u{10}", "\u{10}x"], "\u{11}\u{10}\u{10}x", false, ""),
      ("a,a,b", ["aaab"], "a", true, ""), ("a,a,b", ["aa", "a", "c"], "aaac", false, ""),
      ("a,b,a,c", ["ababac"], "ab", true, ""), ("a,b,a,c", ["aba", "bb"], "ababb", false, ""),
      ("x", ["abxc"], "ab", true, ""),
    ] as [(String, [String], String, Bool, String)])
  func onlyTheWholeSequenceCounts(
    _ keys: String, _ typed: [String], _ passed: String, _ isComplete: Bool, _ held: String
  ) throws {
    var sequence = DetachSequence(try DetachKeys(keys))
    var result: [UInt8] = []
    var complete = false
    for text in typed {
      let outcome = sequence.take(Array(text.utf8))
      result += outcome.passed
      complete = outcome.isComplete
    }
    #expect(result == Array(passed.utf8))
    #expect(complete == isComplete)
    #expect(sequence.end() == Array(held.utf8))
  }
}
