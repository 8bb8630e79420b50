package import Images
internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Writes what is in a volume to standard output or a file, as a tar whose names are relative to the volume.
  /// - Parameter output: an absolute or relative path; nil is standard output. A file is complete or not there.
  /// - Throws: `.notFound`, `.failed`.
  package func exportVolume(_ name: String, to output: String?) throws(EngineError) {
    try withVolume(name) { (data) throws(EngineError) in
      guard let output else {
        return try attempt { () throws(ImageError) in
          try images.exportTree(data) { (bytes) throws(ImageError) in
            do throws(SystemError) { try StandardDescriptor.output.writeAll(bytes) } catch {
              throw .system(error)
            }
          }
        }
      }
      let part =
        "\(output).apus-\(hexadecimal(try attempt("export volume") { () throws(SystemError) in try randomBytes(4) }))"
      do throws(EngineError) {
        let file = OpenOutput(
          try attempt("export volume") { () throws(SystemError) in
            try openFile(part, [.writeOnly, .create, .exclusive], mode: 0o600)
          })
        try attempt { () throws(ImageError) in
          try images.exportTree(data) { (bytes) throws(ImageError) in
            do throws(SystemError) { try file.descriptor.writeAll(bytes) } catch { throw .system(error) }
          }
        }
        try attempt("export volume") { () throws(SystemError) in
          try file.descriptor.sync()
          try renameFile(part, to: output)
        }
      } catch {
        do throws(SystemError) { try removeFile(part) } catch {}
        throw error
      }
    }
  }

  /// Puts what a tar or a directory holds into a volume; what is there and has the same name is replaced.
  /// - Throws: `.notFound`, `.failed`.
  package func importVolume(_ name: String, from source: ImportSource) throws(EngineError) {
    try withVolume(name) { (data) throws(EngineError) in
      try attempt { () throws(ImageError) in try images.importTree(source, into: data) }
    }
  }

  /// Runs something with a volume's files: mounted, and safe from removal.
  private func withVolume(_ name: String, _ body: (String) throws(EngineError) -> Void) throws(EngineError) {
    let record = try attempt { () throws(StoreError) in try store.findVolume(name) }
    let claim = try claimVolume(name)
    guard try isRecorded(name) else { throw EngineError(StoreError.noSuchVolume(name)) }
    var mount = ContainerMount(.volume, source: name, destination: "/", origin: .mount)
    mount.isMounted = record.options != emptyDocument
    let holds = try mountVolumes([mount])
    defer { _ = claim.name }
    do throws(EngineError) { try body(paths.volumeData(name)) } catch {
      for hold in holds { try unmountIfUnused(hold) }
      throw error
    }
    for hold in holds { try unmountIfUnused(hold) }
  }
}

/// A descriptor that a closure can hold.
private final class OpenOutput {
  let descriptor: OwnedDescriptor
  init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
}
