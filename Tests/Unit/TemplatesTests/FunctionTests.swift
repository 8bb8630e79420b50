import Templates
import Testing

@Suite("Functions of templates")
struct FunctionTests {
  @Test(arguments: [
    ("{{and .Yes .No}}", "false"), ("{{and .Yes 3}}", "3"), ("{{or .Empty \"x\"}}", "x"),
    ("{{or .No .Empty}}", ""),
    ("{{and .No .Nosuch.X}}", "false"), ("{{or .Yes .Nosuch.X}}", "true"), ("{{not .Yes}}", "false"),
    ("{{eq .Pid 42}}", "true"), ("{{eq .Name \"a\" \"/web\"}}", "true"),
    ("{{eq .Name \"a\" \"b\"}}", "false"),
    ("{{eq 0.5 .Ratio}}", "true"), ("{{eq .Pid 42.0}}", "true"), ("{{eq .Pointer nil}}", "true"),
    ("{{ne 1 2}}", "true"),
    ("{{lt 1 2}}{{le 2 2}}{{gt 1 2}}{{ge 2 2}}", "truetruefalsetrue"), ("{{lt \"a\" \"b\"}}", "true"),
    ("{{index .Args 1}}", "-c"), ("{{index .Labels \"a\"}}", "1"), ("{{index .Labels \"x\"}}", ""),
    ("{{index .Args}}", "[sh -c true]"),
    ("{{slice .Name 1}}", "web"), ("{{slice .Name 1 3}}", "we"), ("{{slice .Args 1}}", "[-c true]"),
    ("{{len .Args}} {{len .Name}} {{len .Labels}} {{len .Nothing}}", "3 4 2 0"),
    ("{{print 1 2 \"a\" 3}}", "1 2a3"), ("{{println \"a\" 1}}", "a 1\n"), ("{{html \"<a>\"}}", "&lt;a&gt;"),
    ("{{js \"it's\"}}", "it\\'s"), ("{{urlquery \"a b/c\"}}", "a+b%2Fc"),
    ("{{.Name | printf \"%s-%s\" \"x\"}}", "x-/web"),
  ]) func goHasThem(_ template: String, _ text: String) {
    #expect(render(template) == text)
  }

  @Test(arguments: [
    ("{{json .Args}}", #"["sh","-c","true"]"#), ("{{json .Pointer}}", "null"),
    ("{{json \"a<b\"}}", "\"a<b\""),
    ("{{.State | json}}", #"{"Status":"running","Running":true,"Pid":42}"#),
    ("{{split \"a,b\" \",\"}}", "[a b]"), ("{{index (split .Name \"/\") 1}}", "web"),
    ("{{join .Args \" \"}}", "sh -c true"),
    ("{{join .Nothing \",\"}}", ""), ("{{title \"hello world\"}}", "Hello World"),
    ("{{upper .Name | lower}}", "/web"),
    ("{{upper \"é\"}}", "É"), ("{{pad \"a\" 1 2}}|", " a  |"), ("{{pad \"\" 1 2}}|", "|"),
    ("{{truncate .Name 3}}", "/we"),
    ("{{truncate .Name 10}}", "/web"),
  ]) func dockerHasThem(_ template: String, _ text: String) {
    #expect(render(template) == text)
  }

  @Test(arguments: [
    ("{{index .Args 5}}", "error calling index: index out of range: 5"),
    ("{{index .Pid 0}}", "can't index item of type int"),
    ("{{len 3}}", "error calling len: len of type int"),
    ("{{split .Name}}", "wrong number of args for split: want 2 got 1"),
    ("{{join .Numbers \",\"}}", "wrong type for value; expected string; got int"),
    ("{{eq 1 \"a\"}}", "incompatible types for comparison"),
    ("{{eq .Args .Args}}", "non-comparable type"), ("{{lt true false}}", "invalid type for comparison"),
    ("{{call .Name}}", "error calling call"),
    ("{{index .Nothing 0}}", "index out of range: 0"), ("{{slice .Name 9}}", "index out of range: 9"),
    ("{{upper .Pid}}", "expected string; got int"),
    ("{{and}}", "wrong number of args for and: want at least 1 got 0"),
  ]) func theyRefuseWhatTheyCannotTake(_ template: String, _ problem: String) {
    #expect(render(template).contains(problem), "\(render(template))")
  }

  @Test(arguments: [
    (#"printf "%s" .Name"#, "/web"), (#"printf "%d" .Pid"#, "42"),
    (#"printf "%v %v" .Args .Labels"#, "[sh -c true] map[a:1 b:2]"),
    (#"printf "%q" "a\"b""#, #""a\"b""#), (#"printf "%q" .Args"#, #"["sh" "-c" "true"]"#),
    (#"printf "%x" 255"#, "ff"),
    (#"printf "%X" "hi""#, "6869"), (#"printf "%#x" 255"#, "0xff"), (#"printf "%t" .Yes"#, "true"),
    (#"printf "%f" 1.5"#, "1.500000"),
    (#"printf "%.2f" 2.675"#, "2.67"), (#"printf "%.0f" 0.5"#, "0"), (#"printf "%.1f" 0.25"#, "0.2"),
    (#"printf "%8.3f|" 3.14159"#, "   3.142|"),
    (#"printf "%e" 123456.789"#, "1.234568e+05"), (#"printf "%g" 1e21"#, "1e+21"),
    (#"printf "%v" 1000000.0"#, "1e+06"),
    (#"printf "%v" 100000.0"#, "100000"), (#"printf "%.3g" 1234.5"#, "1.23e+03"),
    (#"printf "%f" 1e22"#, "10000000000000000000000.000000"),
    (#"printf "%.20f" 0.1"#, "0.10000000000000000555"),
    (#"printf "%5d|%-5d|%05d|%+d" 42 42 42 42"#, "   42|42   |00042|+42"),
    (#"printf "%-10s|%10s|" "a" "b""#, "a         |         b|"),
    (#"printf "%.2s" "abc""#, "ab"), (#"printf "%*d" 5 42"#, "   42"), (#"printf "%c%U" 233 233"#, "éU+00E9"),
    (#"printf "%b %o" 5 8"#, "101 10"),
    (#"printf "100%%""#, "100%"), (#"printf "%d" "a""#, "%!d(string=a)"), (#"printf "%s" 1"#, "%!s(int=1)"),
    (#"printf "%d""#, "%!d(MISSING)"),
    (#"printf "a" 1"#, "a%!(EXTRA int=1)"), (#"printf "%""#, "%!(NOVERB)"), (#"printf "%v" nil"#, "<nil>"),
    (#"printf "%T" 1"#, "int"),
    (#"printf "%-03d|" 7"#, "7  |"), (#"printf "%05d" -42"#, "-0042"), (#"printf "%s" nil"#, "%!s(<nil>)"),
  ]) func printfKnowsGosVerbs(_ call: String, _ text: String) {
    #expect(render("{{\(call)}}") == text)
  }
}
