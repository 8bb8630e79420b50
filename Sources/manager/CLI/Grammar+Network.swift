extension Grammar {
  /// `apus network …`.
  static var network: RouteGroup {
    RouteGroup(
      name: "network", summary: "Manage networks",
      routes: [
        Route("create", to: NetworkCreateCommand.self),
        Route("inspect", to: NetworkInspectCommand.self),
        Route("ls", aliases: "list", to: NetworkListCommand.self),
        Route("prune", to: NetworkPruneCommand.self),
        Route("rm", aliases: "remove", to: NetworkRemoveCommand.self),
      ])
  }
}
