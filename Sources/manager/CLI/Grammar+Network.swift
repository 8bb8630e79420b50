extension Grammar {
  /// `apus network …`.
  static var network: RouteGroup {
    RouteGroup(
      name: "network", summary: "Manage networks",
      routes: [
        Route("connect", to: NetworkConnectCommand.self),
        Route("create", to: NetworkCreateCommand.self),
        Route("disconnect", to: NetworkDisconnectCommand.self),
        Route("inspect", to: NetworkInspectCommand.self),
        Route("ls", aliases: "list", to: NetworkListCommand.self),
        Route("prune", to: NetworkPruneCommand.self),
        Route("rm", aliases: "remove", to: NetworkRemoveCommand.self),
      ])
  }
}
