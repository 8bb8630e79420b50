import DeviceInterface
import JSONDocument
import OCIRuntimeSpec
import Testing

@Suite("A file of the Container Device Interface")
struct SpecificationTests {
  private func read(_ text: String) throws(DocumentError) -> DeviceSpecification {
    try DeviceSpecification(Array(text.utf8), file: "x.json")
  }

  private func file(
    version: String = "1.1.0", kind: String = "vendor.com/device", edits: String = #""env":["A=1"]"#,
    name: String = "a", more: String = ""
  ) -> String {
    #"{"cdiVersion":"\#(version)","kind":"\#(kind)",\#(more)"devices":[{"name":"\#(name)","containerEdits":{\#(edits)}}]}"#
  }

  @Test func everyMemberIsRead() throws {
    let specification = try read(
      file(
        edits: """
          "env":["A=1"],"deviceNodes":[{"path":"/dev/x","hostPath":"/dev/y","type":"c","major":1,"minor":3,
          "fileMode":438,"permissions":"rw","uid":5,"gid":6}],"netDevices":[{"hostInterfaceName":"a","name":"b"}],
          "mounts":[{"hostPath":"/h","containerPath":"/c","type":"none","options":["ro","bind"]}],
          "hooks":[{"hookName":"createRuntime","path":"/bin/h","args":["h"],"env":["B=2"],"timeout":7}],
          "additionalGids":[0,9],"intelRdt":{"closID":"c","enableCMT":false,"enableMBM":true}
          """, more: #""annotations":{"k":"v"},"containerEdits":{"additionalGIDs":[7]},"#))
    #expect(specification.edits.groups == [7])
    let edits = try #require(specification.devices.first).edits
    #expect(edits.environment == ["A=1"])
    #expect(edits.groups == [0, 9])
    let node = try #require(edits.deviceNodes.first)
    #expect(node.path == "/dev/x" && node.hostPath == "/dev/y" && node.type == .character)
    #expect(node.major == 1 && node.minor == 3 && node.fileMode == 0o666 && node.permissions == "rw")
    #expect(node.userID == 5 && node.groupID == 6)
    #expect(edits.networkDevices.first?.name == "b")
    #expect(edits.mounts.first?.options == ["ro", "bind"])
    #expect(edits.hooks.first?.name == .createRuntime)
    #expect(edits.hooks.first?.hook == .init(path: "/bin/h", args: ["h"], env: ["B=2"], timeout: 7))
    #expect(edits.resourceDirector == .init(closID: "c", enableMonitoring: true))
  }

  @Test func whatBreaksARuleIsToldByItsPlace() {
    let broken: [(String, String)] = [
      ("{", "x.json: line 1 column 2"), ("[]", "x.json: expected an object"),
      (file(version: "9.0.0"), #"cdiVersion: unknown version "9.0.0", expected one of 0.3.0, "#),
      (file(version: "0.1.0"), "cdiVersion: unknown version"),
      (file(kind: "device"), "kind: it has no vendor"), (file(kind: "v.com/"), "kind: it has no class"),
      (file(kind: "1.com/x"), #"kind: the vendor "1.com" does not begin with a letter"#),
      (file(kind: "v.com/x/y"), "kind: the class \"x/y\" has characters besides"),
      (file(name: "-"), "devices[0].name: the device name"), (file(name: ""), "devices[0].name: it has no"),
      (#"{"cdiVersion":"0.3.0","kind":"v.com/x","devices":[]}"#, "devices: there is none"),
      (#"{"cdiVersion":"0.3.0","kind":"v.com/x"}"#, "devices: there is none"),
      (#"{"kind":"v.com/x","devices":[]}"#, "cdiVersion: missing"),
      (file(edits: ""), "devices[0].containerEdits: nothing is edited"),
      (file(edits: #""envs":[]"#), #"devices[0].containerEdits.envs: unknown member "envs""#),
      (file(edits: #""env":["A"]"#), #"env[0]: "A" is no NAME=value"#),
      (file(edits: #""env":["=A"]"#), #"env[0]: "=A" is no NAME=value"#),
      (file(edits: #""deviceNodes":[{"path":""}]"#), "deviceNodes[0].path: \"\" is not an absolute path"),
      (file(edits: #""deviceNodes":[{"path":"/d","type":"x"}]"#), "deviceNodes[0].type"),
      (file(edits: #""deviceNodes":[{"path":"/d","major":-1}]"#), "major: -1 is no device number"),
      (
        file(edits: #""deviceNodes":[{"path":"/d","permissions":"x"}]"#),
        "permissions: \"x\"; expected some of"
      ),
      (
        file(edits: #""mounts":[{"hostPath":"h","containerPath":"/c"}]"#),
        "mounts[0].hostPath: \"h\" is not an"
      ),
      (file(edits: #""mounts":[{"hostPath":"/h","containerPath":"c"}]"#), "mounts[0].containerPath"),
      (
        file(edits: #""hooks":[{"hookName":"never","path":"/h"}]"#),
        #"hooks[0].hookName: unknown hook "never""#
      ),
      (
        file(edits: #""hooks":[{"hookName":"poststop","path":"h"}]"#),
        "hooks[0].path: \"h\" is not an absolute"
      ),
      (
        file(edits: #""hooks":[{"hookName":"poststop","path":"/h","timeout":0}]"#),
        "hooks[0].timeout: 0 seconds; expected more than 0"
      ),
      (file(edits: #""intelRdt":{"closID":"../x"}"#), "intelRdt.closID: \"../x\" is no file name"),
      (
        file(
          edits: #""netDevices":[{"hostInterfaceName":"a","name":"x"},{"hostInterfaceName":"a","name":"y"}]"#),
        "netDevices[1]: an interface is there twice"
      ),
    ]
    for (text, words) in broken {
      let error = #expect(throws: DocumentError.self, "\(text)") { try read(text) }
      #expect(error?.description.contains(words) == true, "\(text): \(String(describing: error))")
      #expect(error?.description.hasPrefix("x.json: ") == true)
    }
  }

  @Test func aVersionHasWhatCameWithIt() throws {
    let needs: [(String, String)] = [
      (file(edits: #""mounts":[{"hostPath":"/h","containerPath":"/c","type":"bind"}]"#), "0.4.0"),
      (file(edits: #""deviceNodes":[{"path":"/d","hostPath":"/e"}]"#), "0.5.0"), (file(name: "0"), "0.5.0"),
      (file(more: #""annotations":{"a":"b"},"#), "0.6.0"), (file(kind: "v.com/x.y"), "0.6.0"),
      (file(edits: #""additionalGids":[1]"#), "0.7.0"), (file(edits: #""intelRdt":{"closID":"c"}"#), "0.7.0"),
      (file(edits: #""intelRdt":{"schemata":["x"]}"#), "1.1.0"),
      (file(edits: #""netDevices":[{"hostInterfaceName":"a","name":"x"}]"#), "1.1.0"), (file(), "0.3.0"),
    ]
    let versions = ["0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0"]
    for (text, needed) in needs {
      for version in versions {
        let written = text.replacing(#""cdiVersion":"1.1.0""#, with: #""cdiVersion":"\#(version)""#)
        if version < needed {
          let error = #expect(throws: DocumentError.self) { try read(written) }
          #expect(error?.description.contains("cdiVersion: \(version) has no ") == true)
        } else {
          #expect(throws: Never.self) { try read(written) }
        }
      }
    }
  }
}
