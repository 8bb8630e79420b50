package import JSONDocument
package import LinuxSystem

/// Something that happened to a container, an image or a volume, as `events` tells it: docker's shape
/// (moby, api/types/events).
package struct Event: Sendable, Equatable {
  /// What kind of thing it happened to.
  package enum Subject: String, Sendable, CaseIterable {
    case container, image, volume, network, daemon, builder
  }

  /// One thing to know about it.
  package struct Attribute: Sendable, Equatable {
    /// Such as `name`, `image` or `exitCode`, or a label's.
    package let name: String
    /// Its value.
    package let value: String

    /// Makes one.
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// What kind of thing it happened to.
  package var subject: Subject
  /// In docker's words: `create`, `die`, `exec_create: sh`, `health_status: healthy`.
  package var action: String
  /// Of the thing: a container's or an image's id, a volume's name.
  package var id: String
  /// Each name once.
  package var attributes: [Attribute]
  /// When.
  package var time: Timestamp

  /// Makes an event of this moment.
  package init(_ subject: Subject, _ action: String, id: String, _ attributes: [Attribute] = []) {
    self.subject = subject
    self.action = action
    self.id = id
    self.attributes = attributes
    time = .now()
  }

  /// One line of the journal, with its end: docker's JSON.
  package var line: [UInt8] {
    let all = attributes.map { JSONObject.Member(key: $0.name, value: .string($0.value)) }
    var members: [JSONObject.Member] = []
    if subject == .container || subject == .image {
      // What docker's clients read before there were actors.
      members += [.init(key: "status", value: .string(action)), .init(key: "id", value: .string(id))]
      let image = attributes.first { $0.name == "image" }
      if let image { members.append(.init(key: "from", value: .string(image.value))) }
    }
    members += [
      .init(key: "Type", value: .string(subject.rawValue)), .init(key: "Action", value: .string(action)),
      .init(key: "Actor", value: ["ID": .string(id), "Attributes": .object(JSONObject(all))]),
      .init(key: "scope", value: "local"), .init(key: "time", value: .integer(time.seconds)),
      .init(key: "timeNano", value: .integer(time.seconds * 1_000_000_000 + Int64(time.nanoseconds))),
    ]
    return JSON.write(.object(JSONObject(members))) + [UInt8(ascii: "\n")]
  }

  /// Reads what `line` has made; nil for anything else.
  package init?(_ document: JSONValue) {
    guard let subject = document["Type"]?.string.flatMap({ Subject(rawValue: $0) }),
      let action = document["Action"]?.string, let id = document["Actor"]?["ID"]?.string,
      let nanoseconds = document["timeNano"]?.integer(as: Int64.self)
    else { return nil }
    self.subject = subject
    self.action = action
    self.id = id
    attributes = (document["Actor"]?["Attributes"]?.object?.members ?? []).map {
      Attribute($0.key, $0.value.string ?? "")
    }
    time = Timestamp(
      seconds: nanoseconds / 1_000_000_000, nanoseconds: Int32(nanoseconds % 1_000_000_000))
  }

  /// The value of an attribute.
  package subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
}
