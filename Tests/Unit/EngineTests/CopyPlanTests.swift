import Images
import Testing

@testable import Engine

@Suite("Where a copy goes")
struct CopyPlanTests {
  private static let file = TreeStatus(.file, path: "/s/f")
  private static let directory = TreeStatus(.directory, path: "/s/d")
  private static let there = TreeStatus(.directory, path: "/t")
  private static let other = TreeStatus(.file, path: "/t/f")
  private static let new = TreeStatus(.missing, path: "/t/new")
  private static let nowhere = TreeStatus(.missing, path: "")

  struct Case: Sendable {
    let source: String
    let found: TreeStatus
    let destination: String
    let target: TreeStatus
    let result: String
  }

  private static func shown(_ test: Case) -> String {
    do throws(CopyPlan.Refusal) {
      let plan = try CopyPlan(test.source, test.found, to: test.destination, test.target)
      return "\(plan.directory) \(plan.name ?? "*")"
    } catch {
      switch error {
      case .missingDirectory(let path): return "missing \(path)"
      case .noDirectory(let path): return "no directory \(path)"
      case .impossible(let words): return words
      }
    }
  }

  @Test(
    arguments: [
      Case(source: "/s/f", found: file, destination: "/t", target: there, result: "/t f"),
      Case(source: "/s/f", found: file, destination: "/t/f", target: other, result: "/t f"),
      Case(source: "/s/f", found: file, destination: "/t/new", target: new, result: "/t new"),
      Case(source: "/s/f", found: file, destination: "/t/new/", target: new, result: "no directory /t/new/"),
      Case(
        source: "/s/f", found: file, destination: "/t/f/", target: other, result: "/t/f/: not a directory"),
      Case(source: "/s/f", found: file, destination: "/n/x", target: nowhere, result: "missing /n"),
      Case(source: "/s/f/", found: file, destination: "/t", target: there, result: "/s/f/: not a directory"),
      Case(
        source: "/s/f/.", found: file, destination: "/t", target: there, result: "/s/f/.: not a directory"),
      Case(source: "/s/d", found: directory, destination: "/t", target: there, result: "/t d"),
      Case(source: "/s/d/", found: directory, destination: "/t", target: there, result: "/t d"),
      Case(source: "/s/d/.", found: directory, destination: "/t", target: there, result: "/t *"),
      Case(source: ".", found: directory, destination: "/t", target: there, result: "/t *"),
      Case(source: "/s/d/..", found: directory, destination: "/t", target: there, result: "/t d"),
      Case(source: "/s/d", found: directory, destination: "/t/new", target: new, result: "/t new"),
      Case(source: "/s/d/.", found: directory, destination: "/t/new/", target: new, result: "/t new"),
      Case(source: "/s/d", found: directory, destination: "/n/x", target: nowhere, result: "missing /n"),
      Case(
        source: "/s/d", found: directory, destination: "/t/f", target: other,
        result: "cannot copy directory: /t/f is not a directory"),
      Case(
        source: "/", found: TreeStatus(.directory, path: "/"), destination: "/t", target: there,
        result: "/t *"
      ),
    ])
  func theRulesAreDockers(_ test: Case) { #expect(Self.shown(test) == test.result) }
}
