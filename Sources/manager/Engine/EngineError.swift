internal import Images
package import LinuxSystem
internal import Store

/// Why an operation of the engine was refused or failed; prints as one line, in docker's words where docker has some.
package struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is, for whoever must answer with a number.
  package enum Kind: Sendable, Equatable {
    /// The request cannot be: a value, a flag, a file that is not there.
    case invalid
    /// No such container or image.
    case notFound
    /// The name is taken, or the container's status forbids it.
    case conflict
    /// The container's program could not be started; the code (125, 126 or 127) is what `run` ends with.
    case notStarted(Int32)
    /// Anything that went wrong on the way.
    case failed
  }

  /// For whoever answers with a number.
  package let kind: Kind
  /// One line.
  package let message: String

  /// Makes an error of one line; line ends that a foreign message brought along become spaces.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message =
      message.contains("\n") ? message.split(whereSeparator: \.isNewline).joined(separator: " ") : message
  }

  /// A failed call, with what the engine was doing.
  package init(_ doing: String, _ error: SystemError) { self.init(.failed, "\(doing): \(error)") }

  /// The message.
  package var description: String { message }
}

/// Runs calls to the kernel; a failure becomes the engine's, with what it was doing.
func attempt<Value: ~Copyable>(
  _ doing: String, _ body: () throws(SystemError) -> Value
) throws(EngineError) -> Value {
  do throws(SystemError) { return try body() } catch { throw EngineError(doing, error) }
}

/// Runs calls to the image room; a refusal keeps its kind.
func attempt<Value: ~Copyable>(_ body: () throws(ImageError) -> Value) throws(EngineError) -> Value {
  do throws(ImageError) { return try body() } catch { throw EngineError(error) }
}

/// Runs calls to the database; a refusal keeps its kind.
func attempt<Value: ~Copyable>(_ body: () throws(StoreError) -> Value) throws(EngineError) -> Value {
  do throws(StoreError) { return try body() } catch { throw EngineError(error) }
}
