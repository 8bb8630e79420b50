internal import JSONDocument

/// Values as Go's `%v` prints them.
struct Printing {
  let shape: TemplateShape

  /// A value by itself: strings as they are.
  func text(_ value: TemplateValue) -> String {
    guard let json = value.json else { return "<no value>" }
    var text = ""
    write(json, member: value.member, to: &text)
    return text
  }

  private func write(_ json: JSONValue, member: String, to text: inout String) {
    switch json {
    case .null:
      text += shape.lists.contains(member) ? "[]" : shape.maps.contains(member) ? "map[]" : "<nil>"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number):
      text += shape.durations.contains(member) ? DurationText.shortest(number) : "\(number)"
    case .unsigned(let number): text += "\(number)"
    case .number(let number): text += FloatText.shortest(number)
    case .string(let string): text += string
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += " " }
        write(element, member: shape.element(of: member), to: &text)
      }
      text += "]"
    case .object(let object): write(object, member: member, to: &text)
    }
  }

  /// `map[a:1 b:2]` sorted by key, or the structure `{1 2}`.
  private func write(_ object: JSONObject, member parent: String, to text: inout String) {
    let isMap = shape.maps.contains(parent)
    let members = isMap ? object.members.sorted { $0.key < $1.key } : object.members
    text += isMap ? "map[" : "{"
    for (index, member) in members.enumerated() {
      if index > 0 { text += " " }
      if isMap { text += member.key + ":" }
      let name = isMap ? shape.element(of: parent) : shape.member(member.key, of: parent)
      write(member.value, member: name, to: &text)
    }
    text += isMap ? "]" : "}"
  }

  /// `fmt.Sprint`: a space between two operands of which neither is a string.
  func joined(_ values: [TemplateValue]) -> String {
    var text = ""
    for (index, value) in values.enumerated() {
      if index > 0, value.json?.string == nil, values[index - 1].json?.string == nil { text += " " }
      text += inside(value)
    }
    return text
  }

  /// `fmt.Sprintln`.
  func line(_ values: [TemplateValue]) -> String { values.map(inside).joined(separator: " ") + "\n" }

  /// As an argument of a printing function, where a missing value is a nil.
  func inside(_ value: TemplateValue) -> String { value.json == nil ? "<nil>" : text(value) }
}
