import JSONDocument
import OCIRuntimeSpec
import Testing

/// The documents of runtime-spec 1.3.0 are read and written without loss.
struct RuntimeSpecTests {
  private func survives<Document: Codable>(_ type: Document.Type, _ text: String) throws -> Document {
    let document = try JSON.decode(type, from: Array(text.utf8), file: "config.json")
    #expect(try JSON.encodeToValue(document) == JSON.parse(Array(text.utf8), file: "config.json"))
    return document
  }

  @Test func whatRuncSpecWritesComesBackByteForByte() throws {
    let spec = try survives(RuntimeSpec.self, Samples.runcSpec)
    let written = String(decoding: try JSON.encode(spec, style: .tabs), as: UTF8.self)
    #expect(written == Samples.runcSpec)
    #expect(spec.process?.args == ["sh"])
    #expect(spec.linux?.namespaces?.map(\.type) == [.pid, .network, .ipc, .uts, .mount])
    #expect(spec.mounts?.count == 7)
  }

  @Test func everyMemberOfTheSpecificationIsKept() throws {
    let spec = try survives(RuntimeSpec.self, Samples.everything)
    #expect(spec.process?.rlimits?.first?.hard == .max)
    #expect(spec.process?.scheduler?.policy == .deadline)
    #expect(spec.linux?.memoryPolicy?.mode == .weightedInterleave)
    #expect(spec.linux?.netDevices?["eth2"] == RuntimeSpec.Linux.NetworkDevice())
    #expect(spec.linux?.seccomp?.syscalls?.first?.args?.first?.valueTwo == .max)
    #expect(spec.vm != nil)
  }

  @Test func featuresAreKept() throws {
    let features = try survives(RuntimeFeatures.self, Samples.features)
    #expect(features.linux?.mountExtensions?.idmap?.enabled == true)
  }

  @Test func stateIsKept() throws {
    let state = try survives(
      RuntimeState.self,
      #"{"ociVersion": "1.3.0", "id": "a", "pid": 7, "status": "running", "bundle": "/b", "rootfs": "/b/rootfs","#
        + #" "created": "2024-01-01T00:00:00.5Z", "annotations": {"k": "v"}, "owner": "root"}"#)
    #expect(state.status == .running)
    let listener = try survives(
      SeccompProcessState.self,
      #"{"ociVersion": "1.3.0", "fds": ["seccompFd"], "pid": 8, "metadata": "m","#
        + #" "state": {"ociVersion": "1.3.0", "id": "a", "status": "creating", "bundle": "/b"}}"#)
    #expect(listener.state.pid == nil)
  }

  @Test func aSpecificationMadeInSwiftHoldsOnlyWhatIsGiven() throws {
    let spec = RuntimeSpec(
      ociVersion: "1.3.0", process: RuntimeSpec.Process(args: ["sh"], cwd: "/"),
      root: RuntimeSpec.Root(path: "rootfs"),
      linux: RuntimeSpec.Linux(namespaces: [RuntimeSpec.Linux.Namespace(type: .pid)]))
    #expect(
      String(decoding: try JSON.encode(spec), as: UTF8.self)
        == #"{"ociVersion":"1.3.0","process":{"args":["sh"],"cwd":"/"},"root":{"path":"rootfs"},"#
        + #""linux":{"namespaces":[{"type":"pid"}]}}"#)
  }

  @Test(
    arguments: [
      ("{}", "config.json: ociVersion: missing, expected a string"),
      (
        #"{"ociVersion": "1", "process": []}"#, "config.json: process: expected an object, found an array"
      ),
      (#"{"ociVersion": "1", "process": {}}"#, "config.json: process.cwd: missing, expected a string"),
      (
        #"{"ociVersion": "1", "process": {"cwd": "/", "user": {"uid": -1}}}"#,
        "config.json: process.user.uid: expected an integer from 0 to 4294967295, found -1"
      ),
      (
        #"{"ociVersion": "1", "linux": {"namespaces": [{"type": "pid"}, {"type": "nett"}]}}"#,
        "config.json: linux.namespaces[1].type: unknown kind \"nett\", expected one of "
          + #""pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time""#
      ),
      (
        #"{"ociVersion": "1", "linux": {"seccomp": {"defaultAction": "ALLOW"}}}"#,
        "config.json: linux.seccomp.defaultAction: unknown action \"ALLOW\", expected one of "
          + #""SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "#
          + #""SCMP_ACT_TRACE", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY""#
      ),
      (
        #"{"ociVersion": "1", "linux": {"seccomp": {"defaultAction": "SCMP_ACT_LOG", "architectures": ["x"]}}}"#,
        "config.json: linux.seccomp.architectures[0]: unknown architecture \"x\", expected one of "
          + #""SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "#
          + #""SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32"…"#
      ),
      (
        #"{"ociVersion": "1", "mounts": [{"destination": "/a"}, {"source": "/b"}]}"#,
        "config.json: mounts[1].destination: missing, expected a string"
      ),
    ] as [(String, String)])
  func aConfigurationThatDoesNotFitIsNamedByItsPath(text: String, message: String) {
    do {
      _ = try JSON.read(RuntimeSpec.self, from: Array(text.utf8), file: "config.json")
      Issue.record("nothing was refused")
    } catch {
      #expect(error.description == message)
    }
  }
}

/// The short way of reading agrees with the synthesised one, which is the reference.
struct ShortWayTests {
  /// Hides that a type knows the short way.
  private struct Reference<Document: Decodable>: Decodable {
    let document: Document
    init(from decoder: any Decoder) throws { document = try Document(from: decoder) }
  }

  private func synthesised<Document: Decodable>(
    _ type: Document.Type, _ text: String
  ) throws(DocumentError) -> Document {
    try JSON.decode(Reference<Document>.self, from: Array(text.utf8), file: "config.json").document
  }

  @Test(arguments: [Samples.runcSpec, Samples.everything])
  func bothWaysReadTheSameConfiguration(text: String) throws {
    let short = try JSON.read(RuntimeSpec.self, from: Array(text.utf8), file: "config.json")
    #expect(try short == synthesised(RuntimeSpec.self, text))
    #expect(try JSON.encodeToValue(short) == JSON.parse(Array(text.utf8), file: "config.json"))
  }

  @Test func bothWaysReadTheSameFeatures() throws {
    let short = try JSON.read(RuntimeFeatures.self, from: Array(Samples.features.utf8), file: "f.json")
    #expect(try short == synthesised(RuntimeFeatures.self, Samples.features))
  }

  @Test func bothWaysRefuseTheSameInTheSameWords() throws {
    let document = try JSON.parse(Array(Samples.everything.utf8), file: "config.json")
    let broken = Breakage.variants(of: document)
    #expect(broken.count > 300)
    for value in broken {
      let text = String(decoding: try JSON.encode(value), as: UTF8.self)
      let reference = refusal { () throws(DocumentError) in try synthesised(RuntimeSpec.self, text) }
      let short = refusal { () throws(DocumentError) in
        try JSON.read(RuntimeSpec.self, from: Array(text.utf8), file: "config.json")
      }
      #expect(short == reference)
    }
  }

  private func refusal<Result>(_ body: () throws(DocumentError) -> Result) -> String {
    do throws(DocumentError) {
      _ = try body()
      return "accepted"
    } catch {
      return error.description
    }
  }
}

/// Documents with one thing wrong.
enum Breakage {
  /// For each value in the document: one without it, one with null, one with a boolean or object in its place.
  static func variants(of value: JSONValue) -> [JSONValue] {
    switch value {
    case .object(let object):
      object.members.flatMap { member in
        ([nil, .null, wrong(member.value)] + variants(of: member.value)).map { replacement in
          var changed = object
          changed[member.key] = replacement
          return .object(changed)
        }
      }
    case .array(let elements):
      elements.indices.flatMap { index in
        ([wrong(elements[index])] + variants(of: elements[index])).map { replacement in
          var changed = elements
          changed[index] = replacement
          return .array(changed)
        }
      }
    case .null, .bool, .integer, .unsigned, .number, .string: []
    }
  }

  private static func wrong(_ value: JSONValue) -> JSONValue {
    if case .bool = value { [:] } else { true }
  }
}
