extension Grammar {
  /// `apus system …`.
  static var system: RouteGroup {
    RouteGroup(
      name: "system", summary: "Look after the engine, and start and stop containers with the machine",
      routes: [
        Route("boot", to: SystemBootCommand.self),
        Route("df", to: SystemDiskUseCommand.self),
        Route("events", to: EventsCommand.self),
        Route("info", to: InfoCommand.self),
        Route("prune", to: SystemPruneCommand.self),
        Route("shutdown", to: SystemShutdownCommand.self),
      ])
  }
}
