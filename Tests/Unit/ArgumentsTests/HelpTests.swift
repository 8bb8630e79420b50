import Arguments
import Testing

/// Help in docker's form.
struct HelpTests {
  private func help(_ line: String) throws -> String? {
    guard case .help(let text) = try Sample.root.parse(Sample.words(line)) else { return nil }
    return text
  }

  @Test func aCommandShowsUsageSummaryAndSortedOptions() throws {
    #expect(
      try help("run --help") == """
        Usage:  apus run [OPTIONS] IMAGE [COMMAND] [ARG...]

        Create and run a new container from an image

        Options:
          -d, --detach            Run container in background
          -e, --env list          Set environment variables
          -h, --hostname string   Container host name
          -i, --interactive       Keep STDIN open
              --name string       Assign a name to the container
              --network network   Connect a container to a network
          -p, --publish list      Publish a container's port(s) to the host
              --rm                Automatically remove the container
                                  when it exits
          -t, --tty               Allocate a pseudo-TTY
          -v, --volume list       Bind mount a volume

        """)
  }

  @Test func aCommandWithAliasesShowsThem() throws {
    #expect(
      try help("container ls --help") == """
        Usage:  apus container ls [OPTIONS]

        List containers

        Aliases:
          apus container ls, apus container list, apus container ps

        Options:
          -a, --all             Show all containers
          -f, --filter filter

        """)
  }

  @Test(arguments: ["", "--help", "-h", "--root /x --help"])
  func theProgramShowsItsCommands(line: String) throws {
    #expect(
      try help(line) == """
        Usage:  apus [OPTIONS] COMMAND

        Run containers without a daemon

        Commands:
          container   Manage containers
          ps          List containers
          run         Create and run a new container from an image

        Options:
          -D, --debug
              --root path   Directory of all state

        Run 'apus COMMAND --help' for more information on a command.

        """)
  }

  @Test(arguments: ["run -d --help", "ps -h", "container", "container --help", "ps x --help"])
  func helpIsShownWhereverItIsAskedFor(line: String) throws {
    #expect(try help(line) != nil)
  }

  @Test(arguments: ["run img --help", "run -- --help", "ps -- --help"])
  func whatBelongsToThePositionalsIsNoWishForHelp(line: String) throws {
    #expect(try help(line) == nil)
  }
}
