// Integers, a way for each type that documents have: one generic way would look up the type's conformances at run time,
// since generic code is not specialised across modules.

extension MemberReader {
  /// An `Int`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> Int? { try integer(name) }

  /// An `Int`.
  package func read(_ name: String) throws(DocumentError) -> Int { try present(integer(name), name) }

  /// An `Int32`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> Int32? { try integer(name) }

  /// An `Int32`.
  package func read(_ name: String) throws(DocumentError) -> Int32 { try present(integer(name), name) }

  /// An `Int64`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> Int64? { try integer(name) }

  /// An `Int64`.
  package func read(_ name: String) throws(DocumentError) -> Int64 { try present(integer(name), name) }

  /// An `UInt`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> UInt? { try integer(name) }

  /// An `UInt`.
  package func read(_ name: String) throws(DocumentError) -> UInt { try present(integer(name), name) }

  /// An `UInt16`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> UInt16? { try integer(name) }

  /// An `UInt16`.
  package func read(_ name: String) throws(DocumentError) -> UInt16 { try present(integer(name), name) }

  /// An `UInt32`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> UInt32? { try integer(name) }

  /// An `UInt32`.
  package func read(_ name: String) throws(DocumentError) -> UInt32 { try present(integer(name), name) }

  /// An `UInt64`, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> UInt64? { try integer(name) }

  /// An `UInt64`.
  package func read(_ name: String) throws(DocumentError) -> UInt64 { try present(integer(name), name) }

  /// Numbers such as group IDs, or nil when they are absent.
  package func read(_ name: String) throws(DocumentError) -> [UInt32]? {
    try list(name) { (value, array, step) throws(DocumentError) in
      guard let integer = value.integer(as: UInt32.self) else {
        throw array.mismatch(UInt32.self, value, at: step)
      }
      return integer
    }
  }

  private func integer<Integer: FixedWidthInteger>(_ name: String) throws(DocumentError) -> Integer? {
    guard let value = present(name) else { return nil }
    guard let integer = value.integer(as: Integer.self) else {
      throw place.mismatch(Integer.self, value, at: .member(name))
    }
    return integer
  }

  private func present<Integer: FixedWidthInteger>(
    _ integer: Integer?, _ name: String
  ) throws(DocumentError) -> Integer {
    guard let integer else { throw missing(name, Expectation.words(for: Integer.self)) }
    return integer
  }
}
