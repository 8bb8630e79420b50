import JSONDocument

/// Numbers that look random and are the same on every machine for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}

/// Changes documents in ways that a schema would notice, and in ways that it would not.
struct Mutator {
  var generator: SeededGenerator
  /// What is changed, and what parts of others are grafted onto them.
  let documents: [JSONValue]

  /// The text of one of the documents, with one to four changes; one time in ten in the bytes.
  mutating func next() throws -> [UInt8] {
    var document = pick(documents)
    for _ in 0..<Int.random(in: 1...4, using: &generator) { document = change(document) }
    var bytes = try JSON.encode(document, style: .compact)
    if chance(10) { damage(&bytes) }
    return bytes
  }

  /// Walks down from the root; where it stops, the value becomes another.
  private mutating func change(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(var object) where !object.isEmpty && !chance(12):
      let key = pick(object.keys)
      if chance(8) {
        object[key] = nil
      } else if chance(20) {
        object[pick(Self.texts)] = object[key]
      } else if let member = object[key] {
        object[key] = change(member)
      }
      return .object(object)
    case .array(var array) where !array.isEmpty && !chance(12):
      let index = Int.random(in: 0..<array.count, using: &generator)
      if chance(8) {
        array.remove(at: index)
      } else if chance(8) {
        array.insert(array[index], at: 0)
      } else {
        array[index] = change(array[index])
      }
      return .array(array)
    default: return other(than: value)
    }
  }

  private mutating func other(than value: JSONValue) -> JSONValue {
    switch (Int.random(in: 0..<6, using: &generator), value) {
    case (0, _): return pick(Self.values)
    case (1, _): return part(of: pick(documents))
    case (2, .integer(let number)): return .integer(~number)
    case (3, .integer(let number)): return .integer(number &<< 16)
    case (_, .integer(let number)): return .integer(number &+ Int64.random(in: -2...2, using: &generator))
    case (_, .bool(let flag)): return .bool(!flag)
    case (2, .string(let text)): return .string(text + pick(Self.texts))
    case (3, .string(let text)): return .string(pick(Self.texts) + text)
    case (4, .string(let text)): return .string(String(text.dropLast()))
    case (_, .string): return .string(pick(Self.texts))
    default: return pick(Self.values)
    }
  }

  /// A value from somewhere inside.
  private mutating func part(of value: JSONValue) -> JSONValue {
    if chance(4) { return value }
    switch value {
    case .object(let object) where !object.isEmpty: return part(of: pick(object.members).value)
    case .array(let array) where !array.isEmpty: return part(of: pick(array))
    default: return value
    }
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
    case 1: bytes.removeSubrange(place...)
    case 2: bytes.insert(contentsOf: Array(pick(Self.texts).utf8), at: place)
    default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
    }
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }

  private mutating func pick<Element>(_ list: [Element]) -> Element {
    list[Int.random(in: 0..<list.count, using: &generator)]
  }

  private static let values: [JSONValue] =
    [
      .null, true, false, 0, 1, -1, 65535, 65536, 4_294_967_295, 4_294_967_296, .integer(.min),
      .integer(.max),
      .unsigned(.max), .number(0.5), .number(-1e308), [], .object(JSONObject()), [[]], [.null], ["", ""],
      .object(JSONObject([.init(key: "", value: "")])), nested(400),
    ] + texts.map { .string($0) }

  private static func nested(_ depth: Int) -> JSONValue {
    depth == 0 ? .null : .array([nested(depth - 1)])
  }

  /// Words with a meaning somewhere, and texts that somebody might forget.
  private static let texts = [
    "", "/", ".", "..", "/..", "../../etc", "a", "rootfs", "/proc/self/ns/net", "/dev/null", "a\0b", "a\nb",
    "\"",
    "\\", "%s", "ä", "\u{202e}", "\u{10ffff}", "0", "-1", "0-", "0-4095", "9999999999999999999", "1.9.0",
    "user", "mount", "time", "pid", "bind", "rbind", "ro", "idmap", "size=1", "mode=9", "cgroup", "tmpfs",
    "shared",
    "CAP_ALL", "cap_kill", "RLIMIT_X", "SCMP_ACT_TRACE", "SCMP_ACT_KILL", "read", "net.ipv4.ip_forward",
    "net/ipv4/ip_forward", "kernel.sem", "c", "p", "rwm", "2MB", "memory.max",
    String(repeating: "x", count: 5000),
    String(repeating: "/x", count: 3000),
  ]
}
