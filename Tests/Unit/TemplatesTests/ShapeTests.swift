import JSONDocument
import Templates
import Testing

@Suite("Types that JSON does not tell")
struct ShapeTests {
  private let document: JSONValue = [
    "Config": ["Cmd": nil, "Env": []], "LogConfig": ["Config": ["a": "1"]], "Ports": ["80/tcp": nil],
    "Mounts": [["Type": "bind"]], "Null": nil, "Id": "abc", "HostConfig": ["Dns": nil],
    "Times": [
      "A": 90_000_000_000, "B": 1_500_000, "C": 250, "D": 3_600_050_000_000, "E": -1_050_000_000, "F": 0,
      "G": 2_100,
    ],
  ]

  private let shape = TemplateShape(
    maps: ["LogConfig.Config", "Ports", "Labels"], lists: ["Cmd", "Dns", "Ports*"],
    durations: ["Times.A", "Times.B", "Times.C", "Times.D", "Times.E", "Times.F", "Times.G"],
    absent: ["Config.Labels": nil, "Mounts*.Name": "", "Health": nil, "Config.StopTimeout": nil],
    aliases: ["ID": "Id", "HostConfig.DNS": "Dns"])

  @Test(arguments: [
    ("{{.Config.Cmd}}", "[]"), ("{{.Config.Labels}}", "map[]"), ("{{.Config.Labels.a}}", "<no value>"),
    ("{{index .Config.Labels \"a\"}}", ""), ("{{.LogConfig.Config}}", "map[a:1]"),
    ("{{.Ports}}", "map[80/tcp:[]]"),
    ("{{len (index .Ports \"80/tcp\")}}", "0"), ("{{range .Mounts}}<{{.Name}}>{{end}}", "<>"),
    ("{{(index .Mounts 0).Name}}", ""),
    ("{{.Health}}", "<nil>"), ("{{if .Health}}a{{else}}b{{end}}", "b"), ("{{.Config.StopTimeout}}", "<nil>"),
    ("{{.Null}}", "<nil>"),
    ("{{json .Config.Cmd}}", "null"), ("{{range $p, $c := .Ports}}{{len $c}}{{end}}", "0"),
    (
      "{{with .Times}}{{.A}} {{.B}} {{.C}} {{.D}} {{.E}} {{.F}} {{.G}}{{end}}",
      "1m30s 1.5ms 250ns 1h0m0.05s -1.05s 0s 2.1\u{b5}s"
    ),
    ("{{json .Times.A}} {{.Times}}", "90000000000 {1m30s 1.5ms 250ns 1h0m0.05s -1.05s 0s 2.1\u{b5}s}"),
    ("{{.ID}} {{.Id}}", "abc abc"), ("{{.HostConfig.DNS}} {{.HostConfig.Dns}}", "[] []"),
  ]) func theyAreTakenFromTheShape(_ template: String, _ text: String) throws {
    #expect(try GoTemplate(template).render(document, shape: shape) == text)
  }

  @Test(arguments: [
    "{{.Config.Nosuch}}", "{{.StopTimeout}}", "{{.Config.ID}}", "{{range .Mounts}}{{.Nosuch}}{{end}}",
    "{{.Health.Status}}",
  ])
  func whatThereNeverIsIsAnError(_ template: String) {
    #expect(throws: TemplateError.self) { try GoTemplate(template).render(document, shape: shape) }
  }
}
