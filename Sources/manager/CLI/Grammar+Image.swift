extension Grammar {
  /// What is done with images, without a group.
  static var imageShorthands: [Route] {
    [
      Route("images", to: ImagesCommand.self),
      Route("import", to: ImportCommand.self),
      Route("rmi", to: RemoveImageCommand.self),
    ]
  }

  /// `apus image …`.
  static var image: RouteGroup {
    RouteGroup(
      name: "image", summary: "Manage images",
      routes: [
        Route("import", to: ImportCommand.self),
        Route("inspect", to: ImageInspectCommand.self),
        Route("ls", aliases: "list", to: ImagesCommand.self),
        Route("rm", aliases: "remove", to: RemoveImageCommand.self),
      ])
  }
}
