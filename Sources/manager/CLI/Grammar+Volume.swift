extension Grammar {
  /// `apus volume …`.
  static var volume: RouteGroup {
    RouteGroup(
      name: "volume", summary: "Manage volumes",
      routes: [
        Route("create", to: VolumeCreateCommand.self),
        Route("export", to: VolumeExportCommand.self),
        Route("import", to: VolumeImportCommand.self),
        Route("inspect", to: VolumeInspectCommand.self),
        Route("ls", aliases: "list", to: VolumeListCommand.self),
        Route("prune", to: VolumePruneCommand.self),
        Route("rename", to: VolumeRenameCommand.self),
        Route("rm", aliases: "remove", to: VolumeRemoveCommand.self),
      ])
  }
}
