internal import JSONDocument

/// `eq`, `ne`, `lt`, `le`, `gt`, `ge`.
enum Comparison {
  /// `eq` fits any of its further arguments.
  static func call(_ name: String, _ arguments: [TemplateValue]) throws(FunctionError) -> Bool {
    guard arguments.count > 1 else {
      throw FunctionError("error calling \(name): missing argument for comparison")
    }
    switch name {
    case "eq":
      for other in arguments.dropFirst() where try areEqual(arguments[0], other) { return true }
      return false
    case "ne": return try !areEqual(arguments[0], arguments[1])
    case "lt": return try isLess(arguments[0], arguments[1], name)
    case "ge": return try !isLess(arguments[0], arguments[1], name)
    case "gt": return try isLess(arguments[1], arguments[0], name)
    default: return try !isLess(arguments[1], arguments[0], name)
    }
  }

  private static func areEqual(_ left: TemplateValue, _ right: TemplateValue) throws(FunctionError) -> Bool {
    switch (left.json ?? .null, right.json ?? .null) {
    case (.null, .null): return true
    case (.null, _), (_, .null): return false
    case (.bool(let one), .bool(let other)): return one == other
    case (.string(let one), .string(let other)): return one == other
    case (.array, _), (_, .array), (.object, _), (_, .object):
      throw FunctionError("error calling eq: non-comparable type \(left.kindName)")
    default: return try order(left, right, "eq") == 0
    }
  }

  private static func isLess(
    _ left: TemplateValue, _ right: TemplateValue, _ name: String
  ) throws(FunctionError) -> Bool {
    if let one = left.json?.string, let other = right.json?.string {
      // By bytes, as Go compares.
      return one.utf8.lexicographicallyPrecedes(other.utf8)
    }
    return try order(left, right, name) < 0
  }

  /// Of numbers. Whole ones exactly; beside one with a fraction as that, which Go would refuse: JSON has one type.
  private static func order(
    _ left: TemplateValue, _ right: TemplateValue, _ name: String
  ) throws(FunctionError) -> Int {
    if let one: Int = left.json?.integer(), let other: Int = right.json?.integer() {
      return one == other ? 0 : one < other ? -1 : 1
    }
    if let one = left.json?.double, let other = right.json?.double {
      return one == other ? 0 : one < other ? -1 : 1
    }
    let isBasic = left.json?.bool == nil || name == "eq"
    throw FunctionError(
      "error calling \(name): \(isBasic ? "incompatible types for comparison" : "invalid type for comparison")"
    )
  }
}
