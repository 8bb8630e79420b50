extension Grammar {
  /// What is done with images, without a group.
  static var imageShorthands: [Route] {
    [
      Route("history", to: HistoryCommand.self),
      Route("images", to: ImagesCommand.self),
      Route("import", to: ImportCommand.self),
      Route("load", to: LoadCommand.self),
      Route("rmi", to: RemoveImageCommand.self),
      Route("save", to: SaveCommand.self),
      Route("tag", to: TagCommand.self),
    ]
  }

  /// `apus image …`.
  static var image: RouteGroup {
    RouteGroup(
      name: "image", summary: "Manage images",
      routes: [
        Route("history", to: HistoryCommand.self),
        Route("import", to: ImportCommand.self),
        Route("inspect", to: ImageInspectCommand.self),
        Route("load", to: LoadCommand.self),
        Route("ls", aliases: "list", to: ImagesCommand.self),
        Route("prune", to: PruneImagesCommand.self),
        Route("rm", aliases: "remove", to: RemoveImageCommand.self),
        Route("save", to: SaveCommand.self),
        Route("tag", to: TagCommand.self),
      ])
  }
}
