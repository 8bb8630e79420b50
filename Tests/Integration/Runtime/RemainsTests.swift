import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// What a killed runtime leaves, and what other bugs left before there was a test.
@Suite(.requiresRoot) struct RemainsTests {
  // Killed between the copy of config.json and the record: cgroups, and no process.
  @Test func deleteForceRemovesWhatWasMadeBeforeTheRecord() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let bundle = try f.bundle(["true"])
      let state = "\(client.stateRoot)/\(bundle.id)"
      try makeDirectories(state)
      let text = try readFile("\(bundle.path)/config.json")
      try writeAtomically("\(state)/config.json", text, durable: false)
      let cgroups = try Host.cgroupHierarchies().map { $0 + bundle.cgroup }
      for cgroup in cgroups { try makeDirectories(cgroup) }
      #expect(try client.create(bundle).complaint.contains("already exists"))
      _ = try client.call("delete", "--force", bundle.id).succeeded()
      #expect(!fileExists(state))
      #expect(cgroups.filter(fileExists) == [])
    }
  }

  // A record that cannot be read must neither keep the container for ever nor hide the others.
  @Test func anUnreadableRecordIsListedAsAnErrorAndCanBeDeleted() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      try makeDirectories("\(client.stateRoot)/broken")
      try writeAtomically("\(client.stateRoot)/broken/state.json", Array("{".utf8), durable: false)
      let listed = try client.call("list", "-q")
      #expect(listed.answer == bundle.id)
      #expect(listed.complaint.contains("container \"broken\": state.json"))
      #expect(try client.call("delete", "broken").status == 1)
      _ = try client.call("delete", "--force", "broken").succeeded()
      #expect(!fileExists("\(client.stateRoot)/broken"))
    }
  }
}
