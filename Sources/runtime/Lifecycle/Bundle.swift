internal import JSONDocument
internal import LinuxSystem
package import OCIRuntimeSpec

/// An OCI bundle, read once: what happens to its files afterwards changes nothing (runtime-spec bundle.md).
package struct Bundle: Sendable {
  /// Absolute, links resolved.
  package let path: String
  package let spec: RuntimeSpec
  /// The text that `spec` was read from: the copy that the container's directory keeps.
  let text: [UInt8]

  /// Reads `config.json`.
  /// - Parameter configuration: another file in its place (`--config`); relative to the bundle.
  /// - Throws: `LifecycleError.system` when it cannot be read, `.document` when it is not a configuration.
  package init(_ directory: String, configuration: String? = nil) throws(LifecycleError) {
    let path = try during("bundle") { () throws(SystemError) in try realPath(directory) }
    let name = configuration ?? "config.json"
    let file = name.hasPrefix("/") ? name : "\(path)/\(name)"
    let text = try during("") { () throws(SystemError) in try readFile(file) }
    do throws(DocumentError) {
      spec = try JSON.read(RuntimeSpec.self, from: text, file: splitPath(name).name)
    } catch { throw .document(error) }
    self.path = path
    self.text = text
  }

  /// The root file system: absolute, links resolved.
  func rootPath() throws(LifecycleError) -> String {
    guard let root = spec.root else {
      throw .refused([Violation("root", "missing, expected an object with a path")])
    }
    let path = root.path.hasPrefix("/") ? root.path : "\(self.path)/\(root.path)"
    let status = try during("root.path") { () throws(SystemError) in try fileStatus(path) }
    guard status.kind == .directory else {
      throw .refused([Violation("root.path", "\"\(path)\" is not a directory")])
    }
    return try during("root.path") { () throws(SystemError) in try realPath(path) }
  }
}
