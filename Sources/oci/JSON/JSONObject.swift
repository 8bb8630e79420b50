/// The members of a JSON object in document order, each key once.
///
/// Two objects are equal when they have the same members in whatever order, as RFC 8259 section 1 calls an
/// object unordered.
package struct JSONObject: Sendable {
  /// One name and its value.
  package struct Member: Sendable, Hashable {
    /// The name.
    package var key: String
    /// The value.
    package var value: JSONValue

    /// Makes a member.
    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members in document order.
  package private(set) var members: [Member]

  /// Where each key stands; only kept for objects too large to search one by one.
  private var places: [String: Int]?

  /// Up to this many members a walk over the keys is faster than hashing one.
  private static var largestWalk: Int { 16 }

  /// Makes an object; of a key given twice the last value counts, at the place of the first.
  package init(_ members: consuming [Member] = []) {
    let isLarge = members.count > Self.largestWalk
    if isLarge || Self.hasDuplicate(members) {
      (self.members, places) = Self.index(members)
      if !isLarge { places = nil }
    } else {
      self.members = members
      places = nil
    }
  }

  /// Keeps each key once and notes where it stands.
  private static func index(_ given: [Member]) -> (members: [Member], places: [String: Int]) {
    var places = [String: Int](minimumCapacity: given.count)
    var members: [Member] = []
    members.reserveCapacity(given.count)
    for member in given {
      if let place = places[member.key] {
        members[place].value = member.value
      } else {
        places[member.key] = members.count
        members.append(member)
      }
    }
    return (members, places)
  }

  private static func hasDuplicate(_ members: [Member]) -> Bool {
    guard members.count > 1 else { return false }
    for later in 1..<members.count {
      for earlier in 0..<later where members[earlier].key == members[later].key { return true }
    }
    return false
  }

  private func place(of key: String) -> Int? {
    if let places { return places[key] }
    for index in members.indices where members[index].key == key { return index }
    return nil
  }

  /// The value of a member, or nil when there is none; setting nil removes it, setting a new key appends it.
  package subscript(key: String) -> JSONValue? {
    get {
      guard let place = place(of: key) else { return nil }
      return members[place].value
    }
    set {
      let place = place(of: key)
      switch (place, newValue) {
      case (let place?, let value?):
        members[place].value = value
      case (let place?, nil):
        members.remove(at: place)
        self = JSONObject(members)
      case (nil, let value?):
        places?[key] = members.count
        members.append(Member(key: key, value: value))
        if places == nil, members.count > Self.largestWalk { self = JSONObject(members) }
      case (nil, nil):
        break
      }
    }
  }

  /// The names in document order.
  package var keys: [String] { members.map(\.key) }

  /// The number of members.
  package var count: Int { members.count }

  /// Whether there is no member.
  package var isEmpty: Bool { members.isEmpty }
}

extension JSONObject: Hashable {
  /// Compares the members, whatever their order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    if left.members == right.members { return true }
    return left.members.allSatisfy { right[$0.key] == $0.value }
  }

  /// Hashes the members, whatever their order.
  package func hash(into hasher: inout Hasher) {
    var sum = 0
    for member in members { sum ^= member.hashValue }
    hasher.combine(sum)
  }
}
