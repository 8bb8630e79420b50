package import JSONDocument

/// What the witness saw from inside a container (Tests/Witness/witness.c lists it).
package struct Witness: Sendable {
  /// The whole report, by paths such as `capabilities.effective`.
  package let facts: ConfigTree

  /// Reads a report.
  /// - Throws: `TestFailure` with everything that was written, when it is none.
  package init(_ outcome: Outcome) throws {
    do { facts = ConfigTree(try JSON.parse(outcome.stdout, file: "the witness's report")) } catch {
      throw TestFailure("\(error)\n\(outcome)")
    }
  }

  /// Reads a report out of what a terminal has shown.
  /// - Throws: `TestFailure` with everything that was shown, when there is none.
  package init(_ text: String) throws {
    guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}") else {
      throw TestFailure("no report of the witness: \(text)")
    }
    facts = ConfigTree(try JSON.parse(Array(text[start...end].utf8), file: "the witness's report"))
  }

  /// The text at a path; nil where there is none.
  package func text(_ path: String) -> String? { facts[path]?.string }

  /// The number at a path; nil where there is none.
  package func number(_ path: String) -> Int? { facts[path]?.integer() }

  /// The texts of the array at a path.
  package func texts(_ path: String) -> [String] { facts[path]?.array?.compactMap(\.string) ?? [] }

  /// The names in the object at a path, sorted.
  package func names(_ path: String) -> [String] { facts[path]?.object?.keys.sorted() ?? [] }

  /// The line of `/proc/PID/cgroup` that says where a controller's cgroup is: v1's own, else that of the unified tree.
  package static func membership(_ controller: String, in lines: [String]) -> String? {
    lines.first { $0.contains(":\(controller):") } ?? lines.first { $0.hasPrefix("0::") }
  }

  /// The answer to a probe that has one word: `ok`, an errno's name, or a text.
  package func answer(_ probe: String) -> String? { facts["probes"]?[probe]?.string }

  /// The answer to a `stat:` or `list:` probe.
  package func probe(_ probe: String) -> JSONValue? { facts["probes"]?[probe] }

  /// A set of capabilities as bits: `capabilities("effective")`.
  package func capabilities(_ set: String) -> UInt64? {
    text("capabilities.\(set)").flatMap { UInt64($0, radix: 16) }
  }

  /// The mount at a point: its options, its optional fields and its super block's options; the topmost one.
  package func mount(at point: String) -> MountLine? {
    texts("mounts").compactMap(MountLine.init).last { $0.point == point }
  }
}

/// One line of mountinfo (proc_pid_mountinfo(5)).
package struct MountLine: Sendable {
  /// The path within the file system that is the mount's root.
  package let root: String
  /// Where it is mounted.
  package let point: String
  /// The mount's own options: `ro`, `nosuid`, …
  package let options: [String]
  /// `shared:N`, `master:N`, …
  package let propagation: [String]
  /// The file system's type.
  package let type: String
  /// The super block's options.
  package let superOptions: [String]

  /// Reads a line; nil when it is none.
  package init?(_ line: String) {
    let fields = line.split(separator: " ").map(String.init)
    guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 3 else { return nil }
    (root, point, type) = (fields[3], fields[4], fields[dash + 1])
    options = fields[5].split(separator: ",").map(String.init)
    propagation = Array(fields[6..<dash])
    superOptions = fields[dash + 3].split(separator: ",").map(String.init)
  }
}

extension RuntimeClient {
  /// Runs the witness in a container of its own and reads its report.
  package func witness(
    _ probes: [String] = [], in fixture: Fixture, edit: (inout ConfigTree) throws -> Void = { _ in }
  ) throws -> Witness {
    let bundle = try fixture.bundle(["witness"] + probes, edit: edit)
    return try Witness(try run(bundle).succeeded())
  }
}
