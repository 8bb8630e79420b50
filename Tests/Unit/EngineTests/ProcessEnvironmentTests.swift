import Options
import Testing

@testable import Engine

@Suite("The environment of a container's process")
struct ProcessEnvironmentTests {
  private let path = "PATH=\(ProcessEnvironment.defaultPath)"

  private func compile(_ settings: [String], terminal: Bool = false) -> [String] {
    ProcessEnvironment.compile(settings: settings, hostname: "h", terminal: terminal, home: "/root")
  }

  @Test func theDefaultsAreDockers() {
    #expect(compile([]) == [path, "HOSTNAME=h", "HOME=/root"])
    #expect(compile([], terminal: true) == [path, "HOSTNAME=h", "TERM=xterm", "HOME=/root"])
  }

  @Test func settingsReplaceInPlaceAndAddAtTheEnd() {
    #expect(compile(["A=1", "PATH=/p", "HOME=/h"]) == ["PATH=/p", "HOSTNAME=h", "A=1", "HOME=/h"])
  }

  @Test func aNameAloneTakesAway() {
    #expect(compile(["PATH", "A=1", "A"]) == ["HOSTNAME=h", "HOME=/root"])
  }

  @Test func anEmptyHomeCountsAsNone() { #expect(compile(["HOME="]) == [path, "HOSTNAME=h", "HOME=/root"]) }

  @Test func flagsComeBeforeTheImagesAndTheLastOfANameCounts() {
    let flags = [
      EnvironmentAssignment(name: "B", value: "1"), EnvironmentAssignment(name: "A", value: nil),
      EnvironmentAssignment(name: "B", value: "2"),
    ]
    #expect(
      ContainerSettings.environment(flags, image: ["A=x", "B=x", "C=x"]) == ["B=2", "A", "C=x"])
  }
}
