package import JSONDocument
package import LinuxSystem
package import Store

/// Why something with images was refused or failed; prints as one line.
package enum ImageError: Error, Sendable, Equatable {
  /// The text is no image reference.
  case reference(ImageReferenceError)
  /// What the database said.
  case store(StoreError)
  /// What the kernel said.
  case system(SystemError)
  /// A document of the image cannot be read.
  case document(DocumentError)
  /// What was to be imported is not what it must be, or cannot be unpacked; `source` is as the user named it.
  case badSource(source: String, problem: String)
  /// A blob is not what its name promises.
  case digestMismatch(expected: String, found: String)
  /// An archive of images, or a container's tree, is not what it must be, or cannot be read; one line.
  case failed(String)
  /// There is an image of this name, for another platform.
  case otherPlatform(reference: String, found: String, wanted: String)
  /// An image may not go; docker's words.
  case conflict(String)
}

extension ImageError: CustomStringConvertible {
  /// One line.
  package var description: String {
    switch self {
    case .reference(let error): error.description
    case .store(let error): error.description
    case .system(let error): error.description
    case .document(let error): error.description
    case .badSource(let source, let problem): "import \"\(source)\": \(problem)"
    case .digestMismatch(let expected, let found): "blob \(expected): its content has the digest \(found)"
    case .otherPlatform(let reference, let found, let wanted):
      "image with reference \(reference) was found but its platform (\(found)) does not match the specified "
        + "platform (\(wanted))"
    case .failed(let text), .conflict(let text): text
    }
  }
}
