import JSONDocument
import LinuxSystem
import TestSupport
import Testing

@testable import Lifecycle

/// Whatever config.json says: it is planned, or refused by one line that names the place; nothing crashes or hangs.
///
/// A run is the same for the same `APUS_FUZZ_SEED` (1 unless given) and takes `APUS_FUZZ_COUNT` documents, or as many
/// as fit into `APUS_FUZZ_SECONDS`. The document in work is in `fuzz/config.json` below the tests' directory.
@Suite struct FuzzTests {
  private let bundle = Host.testRoot + "/fuzz"

  @Test func everyDocumentIsPlannedOrRefusedByItsPlace() throws {
    try makeDirectories(bundle + "/rootfs")
    let seed = Environment.value("APUS_FUZZ_SEED").flatMap(UInt64.init) ?? 1
    let seconds = Environment.value("APUS_FUZZ_SECONDS").flatMap(Int.init)
    let count = Environment.value("APUS_FUZZ_COUNT").flatMap(Int.init) ?? (seconds == nil ? 1000 : Int.max)
    let end = Deadline(in: .seconds(seconds ?? 3600))
    var mutator = Mutator(generator: SeededGenerator(seed: seed), documents: try samples())
    var (planned, refused) = (0, 0)
    while planned + refused < count, !end.hasPassed {
      let text = try mutator.next()
      let patience = Deadline(in: .seconds(5))
      if try isPlanned(text, "seed \(seed), document \(planned + refused)") {
        planned += 1
      } else {
        refused += 1
      }
      #expect(!patience.hasPassed, "seed \(seed): took more than five seconds: \(kept(text))")
    }
    print("fuzz: seed \(seed): \(planned) planned, \(refused) refused")
    // Documents that are all refused, or none of them, would say that the mutations are not worth much.
    #expect(
      planned > (planned + refused) / 50 && refused > (planned + refused) / 50, "\(planned), \(refused)")
  }

  private func isPlanned(_ text: [UInt8], _ name: String) throws -> Bool {
    try writeAtomically(bundle + "/config.json", text, durable: false)
    guard let error = try refusal() else { return true }
    let line = "\(error)"
    #expect(!line.contains("\n"), "\(name): more than one line: \(line) \(kept(text))")
    #expect(!places(error).isEmpty, "\(name): names no place: \(line) \(kept(text))")
    return false
  }

  /// What is wrong with the document in work; nil for nothing.
  private func refusal() throws -> LifecycleError? {
    do throws(LifecycleError) {
      let store = ContainerStore(root: bundle + "/state")
      let lines = try store.explain("fuzz", bundle: try Bundle(bundle), CreationOptions())
      #expect(!lines.isEmpty)
      return nil
    } catch { return error }
  }

  /// A copy of a document that somebody has to look at.
  private func kept(_ text: [UInt8]) -> String {
    let path = "\(Host.logs)/fuzz-\(text.count)-\(text.reduce(5381) { $0 &* 33 &+ Int($1) } & 0xffffff).json"
    do throws(SystemError) {
      try makeDirectories(Host.logs)
      try writeAtomically(path, text, durable: false)
    } catch { return "(\(path): \(error))" }
    return "(\(path))"
  }

  /// The paths that an error names: line and column for what is no JSON; of the root there is none.
  private func places(_ error: LifecycleError) -> [String] {
    let words =
      switch error {
      case .document(let error): error.path.isEmpty && isAboutTheWhole(error) ? ["linux"] : [error.path]
      case .refused(let violations): violations.map(\.path)
      default: "\(error)".split(whereSeparator: { $0 == " " || $0 == ";" }).map(String.init)
      }
    return words.map { $0.last == ":" ? String($0.dropLast()) : $0 }.filter(isPath)
  }

  private func isAboutTheWhole(_ error: DocumentError) -> Bool {
    if case .text = error.place { return true }
    return error.expected == "an object"
  }

  private func isPath(_ text: String) -> Bool {
    let members = [
      "ociVersion", "process", "root", "hostname", "domainname", "mounts", "hooks", "annotations", "linux",
    ]
    let end = text.firstIndex { ".[:".contains($0) } ?? text.endIndex
    return members.contains(String(text[..<end]))
  }

  /// A document without what is refused in it, so that mutations of it reach what comes behind the rules.
  private func accepted(_ document: JSONValue) throws -> JSONValue? {
    var tree = ConfigTree(document)
    for _ in 0..<50 {
      try writeAtomically(bundle + "/config.json", JSON.encode(tree.value, style: .compact), durable: false)
      guard let error = try refusal() else { return tree.value }
      guard let path = places(error).first, tree[path] != nil else { return nil }
      tree[path] = nil
    }
    return nil
  }

  /// The documents between quotes in the sources of other tests: whoever adds one there adds it here.
  private func samples() throws -> [JSONValue] {
    var found: [JSONValue] = []
    for (file, quote) in [
      ("Unit/OCIRuntimeSpecTests/Samples.swift", "#\"\"\""), ("Golden/Configurations.swift", "\"\"\""),
    ] {
      var text = try readText("\(Host.checkout)/Tests/\(file)")[...]
      while let opening = text.firstRange(of: quote + "\n") {
        text = text[opening.upperBound...]
        let closing = try #require(text.firstRange(of: "\"\"\""))
        let document = try JSON.parse(Array(text[..<closing.lowerBound].utf8), file: file)
        if document["ociVersion"] != nil {
          found.append(document)
          if let accepted = try accepted(document), accepted != document { found.append(accepted) }
        }
        text = text[closing.upperBound...].drop { $0 == "#" }
      }
    }
    #expect(found.count > 6, "the samples could not be read, or nothing of them is accepted: \(found.count)")
    return found
  }
}
