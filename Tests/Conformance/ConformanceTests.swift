import LinuxSystem
import TestSupport
import Testing

/// Keeps spec/conformance.md and the tests together: neither may name what the other does not.
@Suite struct ConformanceTests {
  /// The ids of the page's table, each with the names of the tests in its last column.
  private func page() throws -> [String: Set<String>] {
    var rows: [String: Set<String>] = [:]
    for line in try readText(Host.checkout + "/spec/conformance.md").split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.split(separator: " ") }
      guard cells.count == 3, cells[0].count == 1, cells[0][0].contains("-"),
        cells[0][0].first?.isUppercase == true
      else { continue }
      let id = String(cells[0][0])
      #expect(rows[id] == nil, "\(id) has two rows")
      rows[id] = Set(cells[2].map { $0.last == "," ? String($0.dropLast()) : String($0) })
    }
    return rows
  }

  /// The ids that comments in the tests name, each with the tests below those comments.
  private func tests() throws -> [String: Set<String>] {
    let directory = Host.checkout + "/Tests/Integration/Runtime"
    var found: [String: Set<String>] = [:]
    for file in try listDirectory(directory) where file.hasSuffix(".swift") {
      var ids: [String] = []
      for line in try readText("\(directory)/\(file)").split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.prefix(2) == ["//", "conformance:"] { ids += words.dropFirst(2).map(String.init) }
        guard words.first == "func", !ids.isEmpty else { continue }
        let name = String(words[1].prefix { $0 != "(" })
        for id in ids { found[id, default: []].insert(name) }
        ids = []
      }
    }
    return found
  }

  @Test func thePageAndTheTestsNameTheSameRequirements() throws {
    let (page, tests) = (try page(), try tests())
    #expect(page.count > 50, "the table could not be read")
    for id in Set(page.keys).union(tests.keys).sorted() {
      #expect(
        page[id] == tests[id], "\(id): the page names \(page[id] ?? []), the sources \(tests[id] ?? [])")
    }
  }
}
