import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The annotation `run.oci.keep_original_groups`, which podman writes for `--group-add keep-groups`.
@Suite(.requiresRoot) struct KeptGroupsTests {
  static let annotation = "run.oci.keep_original_groups"

  /// The runtime's words as a member of groups 61 and 62.
  private func member(_ client: RuntimeClient) -> String {
    "setpriv --groups 61,62 -- \(client.commandLine)"
  }

  private func bundle(_ f: Fixture, _ value: JSONValue, user: Int = 1000) throws -> TestBundle {
    try f.bundle(["id", "-G"]) {
      $0["process.user"] = ["uid": .integer(Int64(user)), "gid": 100, "additionalGids": [29]]
      $0["annotations"] = .object(
        JSONObject([JSONObject.Member(key: KeptGroupsTests.annotation, value: value)]))
    }
  }

  // runc knows nothing of it.
  @Test(arguments: Runtime.oursOnly, [("1", "100 61 62"), ("0", "100 29")])
  func aProcessKeepsTheCallersGroups(runtime: Runtime, answer: (value: String, groups: String)) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try bundle(f, .string(answer.value))
      let outcome = try f.shell("\(member(client)) run --bundle '\(bundle.path)' \(bundle.id)").succeeded()
      #expect(outcome.lines == [answer.groups])
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func soDoesOneThatJoins(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["annotations"] = [KeptGroupsTests.annotation: "1"]
      }
      try client.launch(bundle)
      let outcome = try f.shell("\(member(client)) exec --user 5:6 -g 7 \(bundle.id) id -G").succeeded()
      #expect(outcome.lines == ["6 61 62"])
    }
  }

  // What the user namespace does not map is nobody's inside, and still counts for files.
  @Test(arguments: Runtime.oursOnly)
  func inAUserNamespaceTheyAreNobodysByNameAndOpenTheirFiles(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let shared = try f.path("shared")
      try makeDirectory(shared)
      try f.write("for members\n", to: "shared/file")
      try f.run("chown", ["0:61", shared + "/file"]).succeeded()
      try setPermissions(shared + "/file", 0o640)
      for (value, status) in [("1", 0), ("0", 1)] as [(String, Int32)] {
        let bundle = try f.bundle(["sh", "-c", "id -G; cat /mnt/file"]) {
          $0.addUserNamespace()
          $0["annotations"] = [KeptGroupsTests.annotation: .string(value)]
          $0.append(
            ["destination": "/mnt", "type": "bind", "source": .string(shared), "options": ["bind"]],
            to: "mounts")
        }
        try bundle.addMountPoint()
        let outcome = try f.shell("\(member(client)) run --bundle '\(bundle.path)' \(bundle.id)")
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.lines == (value == "1" ? ["0 65534 65534", "for members"] : ["0"]), "\(outcome)")
      }
    }
  }

  // podman's case: a user without root, who may not set groups at all.
  @Test func aUserWithoutRootKeepsTheirs() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["id", "-G"]) {
        $0["annotations"] = [KeptGroupsTests.annotation: "1"]
        $0["process.user.additionalGids"] = [29]
      }
      let words = Fixture.asUserWords.map { $0 == "--clear-groups" ? "--groups=61,62" : $0 }
      let outcome = try f.run(
        "setpriv", words + [f.userProgram, "run", "--bundle", bundle.path, bundle.id],
        environment: ["XDG_RUNTIME_DIR": f.directory + "/xdg"], directory: "/"
      ).succeeded()
      #expect(outcome.lines == ["0 65534 65534"])
    }
  }
}
