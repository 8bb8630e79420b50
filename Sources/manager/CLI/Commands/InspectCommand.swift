internal import Arguments
internal import Engine

/// `apus inspect`.
enum InspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Return low-level information on containers, images, networks and volumes",
      usage: "[OPTIONS] NAME|ID [NAME|ID...]",
      options: [
        InspectOutput.option,
        .flag("size", short: "s", help: "Display total file sizes if the type is container"),
        .value("type", help: "Only inspect objects of the given type"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let kind = try kind(invocation)
    return try InspectOutput.each(invocation, context) { (engine, name) throws(EngineError) in
      try engine.inspect(name, as: kind, sized: invocation.flag("size"))
    }
  }

  private static func kind(_ invocation: Invocation) throws -> InspectKind? {
    guard let text = invocation.value("type"), !text.isEmpty else { return nil }
    guard let kind = InspectKind(rawValue: text) else {
      let known = InspectKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw UsageError("unknown type: \"\(text)\": must be one of \(known)", command: invocation.called)
    }
    return kind
  }
}

/// `apus container inspect`.
enum ContainerInspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Display detailed information on one or more containers",
      usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: [InspectOutput.option, .flag("size", short: "s", help: "Display total file sizes")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try InspectOutput.each(invocation, context) { (engine, name) throws(EngineError) in
      try engine.inspectContainer(name, sized: invocation.flag("size"))
    }
  }
}

/// `apus image inspect`.
enum ImageInspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Display detailed information on one or more images",
      usage: "[OPTIONS] IMAGE [IMAGE...]",
      options: [
        InspectOutput.option,
        PlatformOption.list("Inspect it only if it is for the given platform, such as linux/amd64"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let platform = try PlatformOption.read(invocation)
    return try InspectOutput.each(invocation, context) { (engine, name) throws(EngineError) in
      try engine.inspectImage(name, platform: platform)
    }
  }
}
