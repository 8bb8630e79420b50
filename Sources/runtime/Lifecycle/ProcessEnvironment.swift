/// The variables of a process, each once.
struct ProcessEnvironment {
  /// In their order. Of several with one name the last is taken, as runc and crun do it: programs would see the first,
  /// and what `exec --env` adds comes last.
  let entries: [String]
  /// Whether HOME is still to be found: it is not there or empty (runc).
  let needsHome: Bool

  init(_ given: [String]) {
    var seen: Set<Substring> = []
    var kept: [String] = []
    var hasHome = false
    for entry in given.reversed() {
      let name = entry.prefix { $0 != "=" }
      guard seen.insert(name).inserted, entry != "HOME=" else { continue }
      if name == "HOME" { hasHome = true }
      kept.append(entry)
    }
    entries = kept.reversed()
    needsHome = !hasHome
  }

  /// Where programs are searched; empty without PATH.
  var searchPath: String {
    entries.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? ""
  }
}
