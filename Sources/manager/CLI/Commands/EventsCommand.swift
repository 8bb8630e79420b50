internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import ShimProtocol
internal import Templates

/// `apus events`.
enum EventsCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "events", summary: "Get real time events", usage: "[OPTIONS]",
      options: [
        Filters.option,
        .value("format", help: "Format output: 'json', or a Go template for each event"),
        .value("since", help: "Show all events created since a timestamp, or a time ago (42m)"),
        .value("until", help: "Stream events until this timestamp, or a time ago (42m)"),
      ])
  }

  private enum Form {
    case line
    case json
    case template(GoTemplate)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let filters = try Filters(invocation, known: EventQuery.keys)
    var query = EventQuery()
    query.filters = EventQuery.keys.map { ($0, filters[$0]) }.filter { !$0.1.isEmpty }
    query.since = try moment("since", invocation)
    query.until = try moment("until", invocation)
    if let since = query.since, let until = query.until, until < since {
      let (since, until) = (invocation.value("since") ?? "", invocation.value("until") ?? "")
      throw UsageError(
        "`since` time (\(since)) cannot be after `until` time (\(until))", command: invocation.called)
    }
    let form = try form(invocation)
    ignoreSignal(Signal.pipe)
    var failure: (any Error)?
    try context.engine().events(query) { event, line in
      do {
        try StandardDescriptor.output.writeAll(text(event, line, form) + [UInt8(ascii: "\n")])
        return true
      } catch {
        failure = error
        return false
      }
    }
    // A reader that has seen enough (`| head`) is no failure.
    if let failure, (failure as? SystemError)?.code != ErrorCode.brokenPipe { throw failure }
    return 0
  }

  private static func moment(_ option: String, _ invocation: Invocation) throws -> Timestamp? {
    try invocation.value(option).map { try LogMoment.read($0, option: "--\(option)", now: .now()) }
  }

  private static func form(_ invocation: Invocation) throws -> Form {
    switch invocation.value("format") {
    case nil, "": return .line
    case "json", "{{json .}}": return .json
    case .some(let text):
      do throws(TemplateError) {
        let template = try GoTemplate(text)
        // Before the first event comes, which may be never (docker/cli, system/events.go, makeTemplate).
        _ = try template.render(fields(emptyEvent), shape: shape)
        return .template(template)
      } catch { throw UsageError(error.description, command: invocation.called) }
    }
  }

  private static let shape = TemplateShape(maps: ["Attributes"])
  private static let emptyEvent: JSONValue = [
    "Type": "", "Action": "", "Actor": ["ID": "", "Attributes": [:]], "id": "", "status": "", "from": "",
    "scope": "", "time": 0, "timeNano": 0,
  ]

  private static func text(_ event: Event, _ line: [UInt8], _ form: Form) throws -> [UInt8] {
    switch form {
    case .json: return line
    case .template(let template):
      let event = Self.fields(try JSON.parse(line, file: "events"))
      return Array(try template.render(event, shape: shape).utf8)
    case .line: return Array(self.line(event).utf8)
    }
  }

  /// The names that docker's structure has where its JSON has others (moby, api/types/events, Message); what an event
  /// does not have is empty there.
  private static func fields(_ document: JSONValue) -> JSONValue {
    guard var object = document.object else { return document }
    for (name, key) in [("ID", "id"), ("Status", "status"), ("From", "from"), ("Scope", "scope")] {
      object[name] = object[key] ?? ""
    }
    for (name, key) in [("Time", "time"), ("TimeNano", "timeNano")] { object[name] = object[key] }
    return .object(object)
  }

  /// docker's line: time, subject, action, id, and the attributes by name (docker/cli, system/events.go).
  static func line(_ event: Event) -> String {
    let attributes = event.attributes.map { "\($0.name)=\($0.value)" }.sorted().joined(separator: ", ")
    return "\(event.time) \(event.subject.rawValue) \(event.action) \(event.id)"
      + (attributes.isEmpty ? "" : " (\(attributes))")
  }
}
