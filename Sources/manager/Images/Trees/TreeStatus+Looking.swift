internal import LinuxSystem

extension TreeStatus {
  /// Looks at a path of this process's own file system.
  /// - Parameter follow: whether a link at its end is followed.
  /// - Throws: `.system` for what cannot be looked at; what is not there is no error.
  package init(looking path: String, follow: Bool) throws(ImageError) {
    do throws(SystemError) {
      let (directory, name) = splitPath(path)
      if follow || name == "." || name == ".." || name == "/" {
        if let real = try Self.real(path) {
          self.init(Kind(try fileStatus(real).kind), path: real)
          return
        }
        // A link that leads nowhere is where its target would be.
        if let target = try Self.target(of: path) {
          self = try Self.missing(target)
          return
        }
      } else if let parent = try Self.real(directory) {
        let real = parent == "/" ? "/\(name)" : "\(parent)/\(name)"
        do throws(SystemError) {
          self.init(Kind(try fileStatus(real, follow: false).kind), path: real)
          return
        } catch { guard error.code == ErrorCode.noEntry else { throw error } }
      }
      self = try Self.missing(path)
    } catch { throw .system(error) }
  }

  private static func missing(_ path: String) throws(SystemError) -> TreeStatus {
    let (directory, name) = splitPath(path)
    guard let parent = try real(directory), try fileStatus(parent).kind == .directory else {
      return TreeStatus(.missing, path: "")
    }
    return TreeStatus(.missing, path: parent == "/" ? "/\(name)" : "\(parent)/\(name)")
  }

  private static func target(of path: String) throws(SystemError) -> String? {
    do throws(SystemError) {
      let text = try readLink(path)
      return text.hasPrefix("/") ? text : "\(splitPath(path).directory)/\(text)"
    } catch {
      guard [ErrorCode.noEntry, ErrorCode.invalid, ErrorCode.notDirectory].contains(error.code) else {
        throw error
      }
      return nil
    }
  }

  private static func real(_ path: String) throws(SystemError) -> String? {
    do throws(SystemError) { return try realPath(path) } catch {
      guard error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory else { throw error }
      return nil
    }
  }
}

extension TreeStatus.Kind {
  fileprivate init(_ kind: FileKind) {
    self =
      switch kind {
      case .directory: .directory
      case .regular, .symbolicLink: .file
      default: .special
      }
  }
}
