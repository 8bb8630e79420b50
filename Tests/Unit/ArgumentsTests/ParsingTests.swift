import Arguments
import Testing

/// A command of each kind.
enum Sample {
  static let run = Command(
    "run", summary: "Create and run a new container from an image",
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    options: [
      .list("publish", short: "p", help: "Publish a container's port(s) to the host"),
      .flag("detach", short: "d", help: "Run container in background"),
      .flag("interactive", short: "i", help: "Keep STDIN open"),
      .flag("tty", short: "t", help: "Allocate a pseudo-TTY"),
      .list("volume", short: "v", help: "Bind mount a volume"),
      .list("env", short: "e", help: "Set environment variables"),
      .value("name", help: "Assign a name to the container"),
      .value("network", "net", value: "network", help: "Connect a container to a network"),
      .value("hostname", short: "h", help: "Container host name"),
      .flag("rm", help: "Automatically remove the container\nwhen it exits"),
      .flag("secret", hidden: true),
    ], interspersed: false)

  static let list = Command(
    "ls", aliases: ["list", "ps"], summary: "List containers", usage: "[OPTIONS]",
    options: [
      .flag("all", short: "a", help: "Show all containers"), .list("filter", short: "f", value: "filter"),
    ])

  static let root = Command(
    group: "apus", summary: "Run containers without a daemon",
    options: [.value("root", value: "path", help: "Directory of all state"), .flag("debug", short: "D")],
    commands: [
      run, Command(group: "container", summary: "Manage containers", commands: [run, list]),
      Command("ps", summary: "List containers", usage: "[OPTIONS]", options: list.options),
      Command("secret", summary: "", usage: "", hidden: true),
    ])

  static func read(_ line: String) throws -> Invocation {
    guard case .run(let invocation) = try root.parse(words(line)) else {
      throw UsageError("help", command: "")
    }
    return invocation
  }

  static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
}

/// The grammar means what pflag means for docker.
struct ParsingTests {
  @Test(
    arguments: [
      ("run --publish 80:80 img", "publish", ["80:80"]),
      ("run --publish=80:80 img", "publish", ["80:80"]),
      ("run -p 80:80 img", "publish", ["80:80"]),
      ("run -p80:80 img", "publish", ["80:80"]),
      ("run -p=80:80 img", "publish", ["80:80"]),
      ("run -dp80:80 -p 81:81 img", "publish", ["80:80", "81:81"]),
      ("run -itv /a:/b img", "volume", ["/a:/b"]),
      ("run -itv/a:/b img", "volume", ["/a:/b"]),
      ("run -e=K img", "env", ["K"]),
      ("run -e K=V img", "env", ["K=V"]),
      ("run -eK=V img", "env", ["K=V"]),
      ("run -e= img", "env", ["="]),
      ("run --env= img", "env", [""]),
      ("run --env K=V=W --env=A=B img", "env", ["K=V=W", "A=B"]),
      ("run --name -x img", "name", ["-x"]),
      ("run --name -- img", "name", ["--"]),
      ("run --net host img", "network", ["host"]),
      ("run -h box img", "hostname", ["box"]),
      ("run img", "env", []),
    ] as [(String, String, [String])])
  func valuesAreReadInEveryForm(line: String, option: String, values: [String]) throws {
    let invocation = try Sample.read(line)
    #expect(invocation.list(option) == values)
    #expect(invocation.positionals == ["img"])
  }

  @Test(
    arguments: [
      ("run --rm img", true), ("run --rm=true img", true), ("run --rm=1 img", true), ("run --rm=T img", true),
      ("run --rm=false img", false), ("run --rm=0 img", false), ("run --rm=F img", false),
      ("run --rm --rm=false img", false), ("run --rm=false --rm img", true), ("run img", nil),
    ] as [(String, Bool?)])
  func flagsAreReadInEveryForm(line: String, value: Bool?) throws {
    let invocation = try Sample.read(line)
    #expect(invocation.flagIfGiven("rm") == value)
    #expect(invocation.flag("rm") == value ?? false)
  }

  @Test func bundledLettersAreAllSet() throws {
    let invocation = try Sample.read("run -idt=false img")
    #expect(invocation.flag("interactive"))
    #expect(invocation.flag("detach"))
    #expect(invocation.flagIfGiven("tty") == false)
  }

  @Test func ofAValueGivenTwiceTheLastCounts() throws {
    #expect(try Sample.read("run --name a --name=b img").value("name") == "b")
    #expect(try Sample.read("run img").value("name") == nil)
  }

  @Test(
    arguments: [
      ("run img sh -c -- --rm", ["img", "sh", "-c", "--", "--rm"]),
      ("run -- --rm img", ["--rm", "img"]),
      ("run - -d", ["-", "-d"]),
      ("ps a -a b", ["a", "b"]),
      ("ps a -- -a b", ["a", "-a", "b"]),
      ("ps - -a", ["-"]),
    ] as [(String, [String])])
  func positionalsEndOptionsOnlyWhereTheyShould(line: String, positionals: [String]) throws {
    let invocation = try Sample.read(line)
    #expect(invocation.positionals == positionals)
    #expect(invocation.command == "run" ? !invocation.flag("rm") : true)
  }

  @Test(
    arguments: [
      ("ps", "ps"), ("container ls", "container ls"), ("container list", "container ls"),
      ("container ps -a", "container ls"), ("--root /x -D container run img", "container run"),
    ] as [(String, String)])
  func commandsAreFoundByNameAndAlias(line: String, command: String) throws {
    #expect(try Sample.read(line).command == command)
  }

  @Test func optionsBeforeTheCommandAreKeptApart() throws {
    let invocation = try Sample.read("--root /x -D ps -a")
    #expect(invocation.globals.value("root") == "/x")
    #expect(invocation.globals.flag("debug"))
    #expect(invocation.flag("all"))
    #expect(try Sample.read("ps").globals.value("root") == nil)
  }

  @Test(
    arguments: [
      ("run --foo img", "unknown flag: --foo (see 'apus run --help')"),
      ("run --detatch img", "unknown flag: --detatch, did you mean --detach? (see 'apus run --help')"),
      ("run --evn=K img", "unknown flag: --evn, did you mean --env? (see 'apus run --help')"),
      ("run --secre img", "unknown flag: --secre (see 'apus run --help')"),
      ("run -xyz img", "unknown shorthand flag: 'x' in -xyz (see 'apus run --help')"),
      ("run -ixz img", "unknown shorthand flag: 'x' in -ixz (see 'apus run --help')"),
      ("run -name img", "unknown shorthand flag: 'n' in -name (see 'apus run --help')"),
      ("run --name", "flag needs an argument: --name (see 'apus run --help')"),
      ("run -it -e", "flag needs an argument: 'e' in -e (see 'apus run --help')"),
      (
        "run --rm=maybe img",
        #"invalid argument "maybe" for "--rm" flag: expected true or false (see 'apus run --help')"#
      ),
      (
        "run --detach= img",
        #"invalid argument "" for "-d, --detach" flag: expected true or false (see 'apus run --help')"#
      ),
      ("run --=x img", "bad flag syntax: --=x (see 'apus run --help')"),
      ("run ---rm img", "bad flag syntax: ---rm (see 'apus run --help')"),
      ("container ls -x", "unknown shorthand flag: 'x' in -x (see 'apus container ls --help')"),
      ("rnu img", "unknown command: rnu, did you mean run? (see 'apus --help')"),
      ("container destroy", "unknown command: destroy (see 'apus container --help')"),
      ("--rot /x ps", "unknown flag: --rot, did you mean --root? (see 'apus --help')"),
    ] as [(String, String)])
  func whatIsNotUnderstoodIsSaidInOneLine(line: String, message: String) {
    do {
      _ = try Sample.root.parse(Sample.words(line))
      Issue.record("nothing was refused")
    } catch {
      #expect(error.description == message)
    }
  }

  // `--version`, `--root /x`: a program's own options are its to answer.
  @Test func optionsAloneAreForTheProgram() throws {
    guard case .run(let invocation) = try Sample.root.parse(["--root", "/x"]) else {
      Issue.record("no invocation")
      return
    }
    #expect(invocation.path == [])
    #expect(invocation.globals.value("root") == "/x")
  }
}
