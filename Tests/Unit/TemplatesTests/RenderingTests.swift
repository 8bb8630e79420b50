import JSONDocument
import Templates
import Testing

@Suite("Go templates")
struct RenderingTests {
  @Test(arguments: [
    ("", ""), ("text", "text"), ("{{.Name}}", "/web"), ("{{ .Name }}", "/web"), ("a{{.Pid}}b", "a42b"),
    ("{{.State.Status}}", "running"), ("{{.Ratio}}", "0.5"), ("{{.Yes}} {{.No}}", "true false"),
    ("{{.Args}}", "[sh -c true]"), ("{{.Labels}}", "map[a:1 b:2]"), ("{{.State}}", "{running true 42}"),
    ("{{.Mounts}}", "[{bind true} {volume false}]"), ("{{.Pointer}}", "<nil>"), ("{{.Nothing}}", "[]"),
    ("{{.Labels.a}}", "1"), ("{{.Labels.nosuch}}", "<no value>"), ("{{\"a\"}}", "a"), ("{{`a\\n`}}", "a\\n"),
    ("{{\"a\\tb\\u00e9\\x21\"}}", "a\tbé!"), ("{{'a'}}", "97"),
    ("{{0x10}} {{1_000}} {{-3}} {{1e3}}", "16 1000 -3 1000"),
    ("{{(.State).Status}}", "running"), ("{{(index .Mounts 1).Type}}", "volume"),
    ("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8080"), ("{{$.Name}}", "/web"),
  ]) func valuesPrintAsInGo(_ template: String, _ text: String) {
    #expect(render(template) == text)
  }

  @Test(arguments: [
    ("a  {{- .Pid}}", "a42"), ("{{.Pid -}}  \n b", "42b"), ("a \n{{- 3 -}}\n b", "a3b"), ("{{- -3 -}}", "-3"),
    ("a{{/* c */}}b", "ab"), ("a {{- /* c */ -}} b", "ab"), ("{ {.Name} }", "{ {.Name} }"), ("}}", "}}"),
  ]) func trimMarkersAndComments(_ template: String, _ text: String) {
    #expect(render(template) == text)
  }

  @Test(arguments: [
    ("{{if .Yes}}a{{else}}b{{end}}", "a"), ("{{if .No}}a{{else}}b{{end}}", "b"),
    ("{{if .Empty}}a{{end}}", ""),
    ("{{if .No}}a{{else if .Yes}}b{{else}}c{{end}}", "b"),
    ("{{if .No}}a{{else if .No}}b{{else}}c{{end}}", "c"),
    ("{{if $x := .Pid}}{{$x}}{{end}}", "42"), ("{{with .State}}{{.Status}}{{$.Name}}{{end}}", "running/web"),
    ("{{with .Empty}}a{{else}}b{{end}}", "b"), ("{{with .Empty}}a{{else with .State}}{{.Pid}}{{end}}", "42"),
    ("{{with $x := .State}}{{$x.Pid}}{{end}}", "42"),
    ("{{range .Args}}<{{.}}>{{end}}", "<sh><-c><true>"), ("{{range .Nothing}}a{{else}}b{{end}}", "b"),
    ("{{range $i, $e := .Args}}{{$i}}={{$e}} {{end}}", "0=sh 1=-c 2=true "),
    ("{{range $e := .Args}}{{$e}}{{end}}", "sh-ctrue"),
    ("{{range $k, $v := .Labels}}{{$k}}:{{$v}};{{end}}", "a:1;b:2;"), ("{{range 3}}{{.}}{{end}}", "012"),
    ("{{range $p, $conf := .Ports}}{{$p}} -> {{(index $conf 0).HostPort}}{{end}}", "80/tcp -> 8080"),
    ("{{range .Numbers}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{end}}", "32"),
    ("{{range .Numbers}}{{if eq . 1}}{{break}}{{end}}{{.}}{{end}}", "3"),
    ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
    ("{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}", "1"),
    ("{{range .Mounts}}{{if .RW}}{{.Type}}{{end}}{{end}}", "bind"),
    ("{{define \"T\"}}<{{.}}>{{end}}{{template \"T\" .Pid}}", "<42>"),
    ("{{block \"B\" .State}}{{.Status}}{{end}}", "running"),
    ("{{define \"T\"}}a{{end}}{{template \"T\"}}", "a"),
  ]) func branchesAndLoops(_ template: String, _ text: String) {
    #expect(render(template) == text)
  }

  @Test(arguments: [
    ("{{", "template: :1: unclosed action"), ("a\n{{.Name", "template: :2: unclosed action"),
    ("{{nosuch .}}", "template: :1: function \"nosuch\" not defined"),
    ("{{$x}}", "template: :1: undefined variable \"$x\""),
    ("{{}}", "template: :1: missing value for command"),
    ("{{if}}a{{end}}", "template: :1: missing value for if"),
    ("{{if .Yes}}a", "template: :1: unexpected EOF"),
    ("{{end}}", "template: :1: unexpected {{end}}"),
    ("{{break}}", "template: :1: {{break}} outside {{range}}"),
    ("{{.Name | }}", "template: :1: missing value for command"),
    ("{{/* a }}", "template: :1: unclosed comment"),
    ("{{\"a}}", "template: :1: unterminated quoted string"),
    ("{{.a!}}", "template: :1: unexpected \"!\" in operand"),
    ("{{1 | 2}}", "template: :1: non executable command in pipeline stage 2"),
    ("{{(.Name}}", "unexpected \"}}\""),
    ("{{.Nosuch}}", "template: :1:2: executing \"\" at <.Nosuch>: map has no entry for key \"Nosuch\""),
    (
      "a\nb {{.State.Nosuch}}",
      "template: :2:4: executing \"\" at <.State.Nosuch>: map has no entry for key \"Nosuch\""
    ),
    ("{{.Name.First}}", "can't evaluate field First in type string"),
    ("{{.Name 1}}", "Name is not a method but has arguments"),
    ("{{.Pointer.X}}", "nil pointer evaluating interface {}.X"), ("{{nil}}", "nil is not a command"),
    ("{{range .Name}}a{{end}}", "range can't iterate over /web"),
    ("{{template \"T\"}}", "template \"T\" not defined"),
    ("{{define \"T\"}}{{template \"T\"}}{{end}}{{template \"T\"}}", "exceeded maximum template depth"),
  ]) func problemsAreToldAsInGo(_ template: String, _ problem: String) {
    #expect(render(template).hasPrefix("template parsing error: "))
    #expect(render(template).contains(problem), "\(render(template))")
  }

  @Test func whatNestsWithoutEndIsRefused() {
    let deep = String(repeating: "(", count: 100_000) + ".Name" + String(repeating: ")", count: 100_000)
    #expect(render("{{\(deep)}}").contains("nested too deeply"))
    let ifs = String(repeating: "{{if .Yes}}", count: 100_000) + String(repeating: "{{end}}", count: 100_000)
    #expect(render(ifs).contains("nested too deeply"))
  }

  @Test func aDocumentMayHaveMethods() throws {
    let labels = ["a-b": "1"]
    let method: GoTemplate.Method = { $0 == "Label" ? labels[$1] ?? "" : nil }
    let template = try GoTemplate(
      "{{.Name}} {{.Label \"a-b\"}} {{.Label \"c\" | printf \"%q\"}} {{\"a-b\" | .Label}}")
    #expect(try template.render(document, method: method) == "/web 1 \"\" 1")
    #expect(throws: TemplateError.self) {
      try GoTemplate("{{.Nosuch \"a\"}}").render(document, method: method)
    }
  }

  @Test func aHeaderLeavesNamesAsTheyAre() throws {
    let template = try GoTemplate("{{upper .ID}}\t{{json .Names}}\t{{truncate .Image 2}}\t{{pad .Tag 1 2}}|")
    let names: JSONValue = ["ID": "ID", "Names": "NAMES", "Image": "Image", "Tag": "TAG"]
    #expect(try template.header(names) == "ID\tNAMES\tImage\t TAG  |")
    #expect(try GoTemplate("{{.Nosuch}}").header(names) == "<no value>")
  }

  @Test func whatItMayAskForIsKnown() throws {
    #expect(try GoTemplate("{{.ID}} {{.Size}}").mayAsk(for: "Size"))
    #expect(try GoTemplate("{{json .}}").mayAsk(for: "Size"))
    #expect(try !GoTemplate("{{.ID}}").mayAsk(for: "Size"))
  }
}
