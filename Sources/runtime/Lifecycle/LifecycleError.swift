package import JSONDocument
package import LinuxSystem

/// Why an operation on a container failed. The words that callers match are runc's
/// (libcontainer/error.go; spec/runtime-cli.md lists who matches what).
package enum LifecycleError: Error, CustomStringConvertible {
  case invalidIdentifier(String)
  case alreadyExists(String)
  case doesNotExist(String)
  /// There is a directory and no record in it: somebody is making the container, or was killed over it.
  case incomplete(String, isBeingMade: Bool)
  /// An operation that the container's status does not allow; the sentence says what is needed.
  case wrongStatus(String)
  /// A document that is not what it has to be.
  case document(DocumentError)
  /// Settings that are wrong or that this runtime does not enforce: one violated rule each.
  case refused([Violation])
  /// A step of the container's init failed.
  case initFailed(String)
  /// A call of the runtime itself failed, while doing `what`.
  case system(what: String, SystemError)
  /// Anything about the command's own arguments.
  case usage(String)

  /// One line, whatever the texts in it are.
  package var description: String { onOneLine(sentence) }

  private var sentence: String {
    switch self {
    case .invalidIdentifier(let id): "invalid container ID format: \"\(id)\""
    case .alreadyExists(let id): "container with given ID already exists: \"\(id)\""
    case .doesNotExist(let id): "container does not exist: \"\(id)\""
    // The words for none come first: to callers who match them there is none yet.
    case .incomplete(let id, isBeingMade: true):
      "container does not exist yet: \"\(id)\" is still being created"
    case .incomplete(let id, isBeingMade: false):
      "container does not exist: \"\(id)\" was never completed, delete it with --force"
    case .wrongStatus(let sentence), .initFailed(let sentence), .usage(let sentence): sentence
    case .document(let error): "\(error)"
    case .refused(let violations): violations.map(\.description).joined(separator: "; ")
    case .system(let what, let error): what.isEmpty ? "\(error)" : "\(what): \(error)"
    }
  }
}

/// A rule that config.json violates, and where.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
  /// Such as `linux.namespaces[2].path`.
  package let path: String
  package let problem: String

  package init(_ path: String, _ problem: String) {
    self.path = path
    self.problem = problem
  }

  package var description: String { "config.json: \(path): \(problem)" }
}

/// Runs `body`, giving a failed call its place in the operation.
func during<Result: ~Copyable>(
  _ what: String, _ body: () throws(SystemError) -> Result
) throws(LifecycleError) -> Result {
  do throws(SystemError) { return try body() } catch { throw .system(what: what, error) }
}
