package import Images
internal import LinuxSystem

/// Where a copy goes, and under which name: docker's rules, which are nearly those of `cp -a` (docker's manual of
/// `docker container cp`; moby/go-archive, copy.go).
package struct CopyPlan: Sendable, Equatable {
  /// An existing directory, absolute.
  package let directory: String
  /// What the source becomes in it; nil copies what is in the source.
  package let name: String?

  /// Why a copy cannot be.
  package enum Refusal: Error, Equatable {
    /// The directory that the destination is to be in is not there.
    case missingDirectory(String)
    /// The destination is to be a directory, since its path ends as one, and is not there.
    case noDirectory(String)
    /// In docker's words.
    case impossible(String)
  }

  /// Decides.
  /// - Parameters:
  ///   - source: as the user typed it.
  ///   - found: what is there; not missing.
  ///   - destination: as the user typed it.
  ///   - there: what is there.
  package init(
    _ source: String, _ found: TreeStatus, to destination: String, _ there: TreeStatus
  ) throws(Refusal) {
    let wantsDirectory = Self.endsAsDirectory(destination)
    guard found.kind == .directory else {
      if Self.endsAsDirectory(source) { throw .impossible("\(source): not a directory") }
      switch there.kind {
      case .directory: self.init(there.path, Self.name(source, found))
      case .file, .special:
        if wantsDirectory { throw .impossible("\(destination): not a directory") }
        self.init(beside: there.path)
      case .missing:
        if wantsDirectory { throw .noDirectory(destination) }
        try self.init(new: destination, there)
      }
      return
    }
    switch there.kind {
    case .file, .special: throw .impossible("cannot copy directory: \(destination) is not a directory")
    case .directory:
      let onlyContent = Self.asksForContent(source) || found.path == "/"
      self.init(there.path, onlyContent ? nil : Self.name(source, found))
    case .missing: try self.init(new: destination, there)
    }
  }

  private init(_ directory: String, _ name: String?) {
    self.directory = directory
    self.name = name
  }

  private init(beside path: String) {
    let (directory, name) = splitPath(path)
    self.init(directory, name)
  }

  private init(new destination: String, _ there: TreeStatus) throws(Refusal) {
    guard !there.path.isEmpty else { throw .missingDirectory(splitPath(destination).directory) }
    self.init(beside: there.path)
  }

  /// The source's last name, as typed; where that is none, its real one.
  static func name(_ source: String, _ found: TreeStatus) -> String {
    let typed = splitPath(source).name
    return [".", "..", "/", ""].contains(typed) ? splitPath(found.path).name : typed
  }

  /// Whether a path can only mean a directory: it ends with a slash or `/.`.
  static func endsAsDirectory(_ path: String) -> Bool {
    path.utf8.last == UInt8(ascii: "/") || asksForContent(path)
  }

  /// Whether the path asks for what is in a directory: its last name is `.`.
  static func asksForContent(_ path: String) -> Bool {
    path == "." || path.utf8.suffix(2).elementsEqual("/.".utf8)
  }
}
