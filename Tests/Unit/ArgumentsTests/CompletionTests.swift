import Testing

@testable import Arguments

@Suite("What an unfinished command line may become")
struct CompletionTests {
  private static let root = Command(
    group: "tool", summary: "A tool", options: [.value("root", help: "Where")],
    commands: [
      Command(
        "run", summary: "Run it", usage: "IMAGE",
        options: [
          .flag("detach", short: "d", help: "In the background"), .value("restart", help: "When"),
          .list("env", short: "e"), .flag("secret", hidden: true),
        ], interspersed: false),
      Command("rm", aliases: ["remove"], summary: "Remove", usage: ""),
      Command("__complete", summary: "", usage: "", hidden: true),
      Command(group: "image", summary: "Images", commands: [Command("ls", summary: "List", usage: "")]),
    ])

  @Test(
    arguments: [
      ([""], ["image", "rm", "run"]), (["r"], ["rm", "run"]), (["image", ""], ["ls"]), (["--r"], ["--root"]),
      (["run", "--"], ["--detach", "--env", "--help", "--restart"]), (["--root", "/x", "ru"], ["run"]),
      (["run", "-"], ["--detach", "--env", "--help", "--restart"]), (["run", "image", "--"], []),
    ])
  func commandsAndOptions(words: [String], expected: [String]) throws {
    let completion = try #require(Self.root.completion(of: words))
    #expect(completion.words.map(\.text) == expected)
  }

  @Test(
    arguments: [
      (["run", "--restart", "al"], Completion.Subject.value(option: "restart"), "", "al"),
      (["run", "--restart=al"], .value(option: "restart"), "--restart=", "al"),
      (["run", "-de", "A"], .value(option: "env"), "", "A"), (["run", "-d", ""], .argument(0), "", ""),
      (["run", "-eA=1", "bu"], .argument(0), "", "bu"), (["run", "x", "--y", "z"], .argument(2), "", "z"),
      (["remove", "a", "b"], .argument(1), "", "b"), (["rm", "--", "-x"], .argument(0), "", "-x"),
      (["--root", "/x"], .value(option: "root"), "", "/x"),
    ])
  func valuesAndArguments(words: [String], subject: Completion.Subject, lead: String, typed: String) throws {
    let completion = try #require(Self.root.completion(of: words))
    #expect(completion.subject == subject)
    #expect(completion.lead == lead)
    #expect(completion.typed == typed)
  }

  @Test func whatStandsBeforeIsKnown() throws {
    let completion = try #require(Self.root.completion(of: ["--root", "/x", "remove", ""]))
    #expect(completion.path == ["rm"])
    #expect(completion.globals.value("root") == "/x")
    #expect(Self.root.completion(of: ["nosuch", ""]) == nil)
  }

  @Test func theManualHasAPageForEachCommand() throws {
    let pages = Self.root.manualPages(version: "1.0")
    #expect(
      pages.map(\.fileName) == ["tool.1", "tool-image.1", "tool-image-ls.1", "tool-rm.1", "tool-run.1"])
    let run = try #require(pages.last?.text)
    #expect(run.hasPrefix(".TH \"TOOL\\-RUN\" 1 \"\" \"tool 1.0\""))
    #expect(run.contains("\\fB\\-d\\fR, \\fB\\-\\-detach\\fR\nIn the background"))
    #expect(!run.contains("secret"))
  }
}
