extension Grammar {
  /// What is done with containers, without a group and in `container`.
  static var daily: [Route] {
    [
      Route("attach", to: AttachCommand.self),
      Route("commit", to: CommitCommand.self),
      Route("cp", to: CopyCommand.self),
      Route("create", to: CreateCommand.self),
      Route("diff", to: DiffCommand.self),
      Route("exec", to: ExecCommand.self),
      Route("export", to: ExportCommand.self),
      Route("kill", to: KillCommand.self),
      Route("logs", to: LogsCommand.self),
      Route("pause", to: PauseCommand.self),
      Route("port", to: PortCommand.self),
      Route("ps", to: ListCommand.self),
      Route("rename", to: RenameCommand.self),
      Route("restart", to: RestartCommand.self),
      Route("rm", to: RemoveCommand.self),
      Route("run", to: RunCommand.self),
      Route("start", to: StartCommand.self),
      Route("stats", to: StatsCommand.self),
      Route("stop", to: StopCommand.self),
      Route("top", to: TopCommand.self),
      Route("unpause", to: UnpauseCommand.self),
      Route("update", to: UpdateCommand.self),
      Route("wait", to: WaitCommand.self),
    ]
  }

  /// `apus container …`.
  static var container: RouteGroup {
    RouteGroup(
      name: "container", summary: "Manage containers",
      routes: daily.map { route in
        route.name == "ps" ? Route("ls", aliases: "list", "ps", to: ListCommand.self) : route
      } + [
        Route("inspect", to: ContainerInspectCommand.self),
        Route("prune", to: PruneContainersCommand.self),
      ])
  }
}
