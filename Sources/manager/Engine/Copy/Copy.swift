internal import Images
internal import LinuxSystem
internal import Options
internal import ShimProtocol
internal import Store

/// What every copy between a container and elsewhere is asked for.
package struct CopyRequest: Sendable, Equatable {
  /// The container: an id, a name, or the beginning of an id.
  package var container: String
  /// Absolute, or taken from the container's root.
  package var path: String
  /// `--follow-link`: a link that is the source itself is followed.
  package var followsLink = false
  /// `--archive`: users and groups are kept; otherwise what is copied becomes root's, at either end.
  package var keepsOwners = false

  /// Names the container's end.
  package init(container: String, path: String) {
    self.container = container
    self.path = path
  }

  /// The path, absolute.
  var absolutePath: String { path.hasPrefix("/") ? path : "/\(path)" }

  var missing: EngineError {
    EngineError(.notFound, "Could not find the file \(absolutePath) in container \(container)")
  }
}

extension ContainerEngine {
  /// Copies from a container to the host.
  /// - Returns: how many bytes were carried, as a tar.
  /// - Throws: `EngineError` in docker's words; what has been copied stays.
  package func copyOut(_ request: CopyRequest, to destination: String) throws(EngineError) -> Int64 {
    try Self.checkDestination(destination)
    let tree = try openSource(request)
    let found = try source(request, tree)
    let plan: CopyPlan
    do throws(ImageError) {
      let there = try TreeStatus(looking: destination, follow: true)
      do throws(CopyPlan.Refusal) {
        plan = try CopyPlan(request.path, found, to: destination, there)
      } catch { throw ImageError.conflict(Self.hostRefusal(error)) }
    } catch { throw EngineError(error) }
    record("archive-path", tree.record, nil, [Event.Attribute("path", request.absolutePath)])
    let reader = try tree.start(.read(path: found.path, name: plan.name))
    return try Self.copying { () throws(ImageError) in
      let writer = try TreeProcess(
        TreeRequest(.directory(plan.directory), .write(directory: "/", keepsOwners: request.keepsOwners)))
      return try Self.carry(reader, to: writer)
    }
  }

  /// `cp web:/x /dev/null` would be the last thing many a script does.
  private static func checkDestination(_ path: String) throws(EngineError) {
    guard fileExists(path) else { return }
    let kind = try attempt("copy") { () throws(SystemError) in try fileStatus(path).kind }
    guard kind == .regular || kind == .directory else {
      throw EngineError(
        .invalid, "\(noDestination(path).message); '-' writes a tar to stdout")
    }
  }

  /// A device would be replaced by a file, at either end (docker/cli, command/container/cp.go); a FIFO or a socket, which
  /// docker replaces, is not meant to be, either.
  private static func noDestination(_ place: String) -> EngineError {
    EngineError(.invalid, "destination \"\(place)\" must be a directory or a regular file")
  }

  /// Copies from a container as a tar.
  /// - Parameter output: takes it.
  package func copyOut(
    _ request: CopyRequest, into output: ([UInt8]) throws(EngineError) -> Void
  ) throws(EngineError) {
    let tree = try openSource(request)
    let found = try source(request, tree)
    let isContent = found.kind == .directory && (CopyPlan.asksForContent(request.path) || found.path == "/")
    record("archive-path", tree.record, nil, [Event.Attribute("path", request.absolutePath)])
    let reader = try tree.start(
      .read(path: found.path, name: isContent ? nil : CopyPlan.name(request.path, found)))
    while case let bytes = try Self.copying({ () throws(ImageError) in try reader.read() }), !bytes.isEmpty {
      try output(bytes)
    }
    try Self.copying { () throws(ImageError) in
      if let complaint = try reader.finish() { throw .conflict(complaint) }
    }
  }

  /// Copies from the host to a container.
  /// - Returns: how many bytes were carried, as a tar.
  package func copyIn(_ source: String, _ request: CopyRequest) throws(EngineError) -> Int64 {
    let found: TreeStatus
    do throws(ImageError) {
      found = try TreeStatus(
        looking: source, follow: request.followsLink || CopyPlan.endsAsDirectory(source))
    } catch { throw EngineError(error) }
    guard found.kind != .missing else {
      throw EngineError(
        .notFound, "lstat \(source): \(Self.isNoDirectory(source) ? "not a" : "no such file or") directory")
    }
    let tree = try openTree(request.container, writing: true)
    let there = try tree.status(request.absolutePath, follow: true)
    guard there.kind != .special else {
      throw Self.noDestination("\(request.container):\(request.path)")
    }
    let plan: CopyPlan
    do throws(CopyPlan.Refusal) {
      plan = try CopyPlan(source, found, to: request.absolutePath, there)
    } catch {
      switch error {
      case .impossible(let words): throw EngineError(.invalid, words)
      case .noDirectory(let path): throw EngineError(.notFound, Self.noDirectory(path))
      case .missingDirectory(let path):
        throw EngineError(
          .notFound, "Could not find the file \(path) in container \(request.container)")
      }
    }
    record("extract-to-dir", tree.record, nil, [Event.Attribute("path", plan.directory)])
    let writer = try tree.start(.write(directory: plan.directory, keepsOwners: request.keepsOwners))
    return try Self.copying { () throws(ImageError) in
      try Self.send(found.path, as: plan.name, to: writer)
    }
  }

  /// Unpacks a tar in a directory of a container; owners are the tar's.
  /// - Parameter input: the next bytes; empty at the end.
  package func copyIn(
    _ request: CopyRequest, from input: () throws(EngineError) -> [UInt8]
  ) throws(EngineError) {
    let tree = try openTree(request.container, writing: true)
    let there = try tree.status(request.absolutePath, follow: true)
    switch there.kind {
    case .directory: break
    case .missing: throw request.missing
    case .file, .special:
      throw EngineError(
        .invalid, "destination \"\(request.container):\(request.path)\" must be a directory")
    }
    record("extract-to-dir", tree.record, nil, [Event.Attribute("path", there.path)])
    let writer = try tree.start(.write(directory: there.path, keepsOwners: true))
    while case let bytes = try input(), !bytes.isEmpty {
      guard try Self.copying({ () throws(ImageError) in try writer.write(bytes) }) else { break }
    }
    try Self.copying { () throws(ImageError) in
      if let complaint = try writer.finish() { throw .conflict(complaint) }
    }
  }

  /// Whether a path asks for a directory, and a file is there.
  private static func isNoDirectory(_ path: String) -> Bool {
    guard CopyPlan.endsAsDirectory(path) else { return false }
    var file = path
    while file.utf8.last == UInt8(ascii: "/") || file.utf8.suffix(2).elementsEqual("/.".utf8) {
      file.removeLast()
    }
    return !file.isEmpty && fileExists(file)
  }

  /// docker makes a container's working directory with it (moby, daemon/create_unix.go); here it is made when somebody
  /// looks for it, by whom the tree is then written to.
  private func openSource(_ request: CopyRequest) throws(EngineError) -> ContainerTree {
    let tree = try openTree(request.container, writing: false)
    let path = cleanPath(request.absolutePath)
    guard let directory = tree.unmadeDirectory, directory == path || directory.hasPrefix("\(path)/"),
      try tree.status(path, follow: false).kind == .missing
    else { return tree }
    return try openTree(request.container, writing: true)
  }

  private func source(
    _ request: CopyRequest, _ tree: borrowing ContainerTree
  ) throws(EngineError) -> TreeStatus {
    let follows = request.followsLink || CopyPlan.endsAsDirectory(request.path)
    let found = try tree.status(request.absolutePath, follow: follows)
    guard found.kind != .missing else { throw request.missing }
    return found
  }

  /// From one process to the other.
  private static func carry(_ reader: TreeProcess, to writer: TreeProcess) throws(ImageError) -> Int64 {
    var count: Int64 = 0
    while case let bytes = try reader.read(), !bytes.isEmpty {
      count += Int64(bytes.count)
      guard try writer.write(bytes) else {
        throw .conflict(try writer.finish() ?? "the copying process did not read everything")
      }
    }
    // The reader's complaint comes first: the writer's would only be that the tar is cut off.
    if let complaint = try reader.finish() { throw .conflict(complaint) }
    if let complaint = try writer.finish() { throw .conflict(complaint) }
    return count
  }

  private static func send(
    _ path: String, as name: String?, to writer: TreeProcess
  ) throws(ImageError) -> Int64 {
    let counter = ByteCounter()
    try HostTree.read(path, as: name) { (bytes) throws(ImageError) in
      counter.count += Int64(bytes.count)
      guard try writer.write(bytes) else {
        throw ImageError.conflict(try writer.finish() ?? "the copying process did not read everything")
      }
    }
    if let complaint = try writer.finish() { throw .conflict(complaint) }
    return counter.count
  }

  private static func hostRefusal(_ refusal: CopyPlan.Refusal) -> String {
    switch refusal {
    case .missingDirectory(let path): "invalid output path: directory \"\(path)\" does not exist"
    case .noDirectory(let path): noDirectory(path)
    case .impossible(let words): words
    }
  }

  private static func noDirectory(_ path: String) -> String { "no such directory: \(quoted(path))" }

  /// Runs what works with the jailed processes; a complaint of theirs is told as it stands.
  private static func copying<Value>(_ body: () throws(ImageError) -> Value) throws(EngineError) -> Value {
    do throws(ImageError) { return try body() } catch {
      if case .conflict(let words) = error { throw EngineError(.failed, "copy: \(words)") }
      throw EngineError(error)
    }
  }
}

/// Counts what passes through a closure.
private final class ByteCounter {
  var count: Int64 = 0
}
