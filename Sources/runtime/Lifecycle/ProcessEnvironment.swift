/// The variables of a process, each once.
struct ProcessEnvironment {
  /// In their order. Of several with one name the last is taken, as runc and crun do it: programs would see the first,
  /// and what `exec --env` adds comes last.
  let entries: [String]
  /// Whether HOME is still to be found: it is not there or empty (runc).
  let needsHome: Bool

  /// Sorted and not gathered in a set, whose first use costs a start some 50 µs.
  init(_ given: [String]) {
    let names = given.map { entry in
      entry.utf8.firstIndex(of: UInt8(ascii: "=")).map { String(entry[..<$0]) } ?? entry
    }
    let order = given.indices.sorted { (names[$0], $0) < (names[$1], $1) }
    var counts = [Bool](repeating: true, count: given.count)
    for place in order.indices.dropLast() where names[order[place]] == names[order[place + 1]] {
      counts[order[place]] = false
    }
    entries = given.indices.filter { counts[$0] && given[$0] != "HOME=" }.map { given[$0] }
    needsHome = !entries.contains { $0.hasPrefix("HOME=") }
  }

  /// Where programs are searched; empty without PATH.
  var searchPath: String {
    entries.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? ""
  }
}
