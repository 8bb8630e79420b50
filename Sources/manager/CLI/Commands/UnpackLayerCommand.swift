internal import Arguments
internal import Images

/// `apus unpack-layer DIR`: the jailed process that unpacks a tar for `import` and `volume import`. Not for people.
enum UnpackLayerCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      UnpackLayer.subcommand, summary: "Unpack a layer's tar from standard input", usage: "[OPTIONS] DIR",
      options: [.flag("plain", help: "The tar is no layer: no name in it is a whiteout")], hidden: true)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    return UnpackLayer.run(invocation.positionals[0], isPlain: invocation.flag("plain"))
  }
}
