internal import JSONDocument
package import LinuxSystem

/// A container's two descriptors that a jail in it needs.
package struct RunningTree: ~Copyable {
  let namespace: OwnedDescriptor
  let root: OwnedDescriptor
  /// Where procfs is mounted, seen from the root.
  let processFileSystems: [String]

  /// Opens the mount namespace and the root of a process.
  /// - Throws: `SystemError`; ENOENT when it has ended.
  package init(pid: Int32) throws(SystemError) {
    let mounted = try readMountTable("\(pid)").filter { $0.type == "proc" }.map(\.point)
    let opened = try openFile("/proc/\(pid)/ns/mnt", .readOnly)
    root = try openFile("/proc/\(pid)/root", [.path, .directory])
    namespace = opened
    processFileSystems = mounted
  }
}

/// The process of `TreeWork`, seen from outside. It does not outlive this object.
package final class TreeProcess {
  private let process: JailedProcess

  /// Starts it.
  /// - Parameter running: for a request about a container that runs.
  /// - Throws: `.system`, `.document`.
  package init(_ request: TreeRequest, running: borrowing RunningTree? = nil) throws(ImageError) {
    var request = request
    switch running {
    case .some(let tree): request.processFileSystems = tree.processFileSystems
    case .none: break
    }
    let bytes: [UInt8]
    do throws(DocumentError) { bytes = try JSON.encode(request) } catch { throw .document(error) }
    do throws(SystemError) {
      let file = try makeMemoryFile("request")
      try file.writeAll(bytes)
      try rewind(file)
      var plan = SpawnPlan("/proc/self/exe", [TreeWork.subcommand], environment: [])
      plan.descriptors = [(TreeWork.requestDescriptor, file.raw)]
      switch running {
      case .some(let tree):
        plan.descriptors += [
          (TreeJail.namespaceDescriptor, tree.namespace.raw), (TreeJail.rootDescriptor, tree.root.raw),
        ]
      case .none: break
      }
      process = try JailedProcess(plan, takesInput: true)
    } catch { throw .system(error) }
  }

  /// Hands it the next bytes.
  /// - Returns: false when it has gone; `finish` then says why.
  package func write(_ bytes: [UInt8]) throws(ImageError) -> Bool {
    do throws(SystemError) { return try process.write(bytes) } catch { throw .system(error) }
  }

  /// The next bytes of its answer; empty at the end.
  package func read() throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try process.read() } catch { throw .system(error) }
  }

  /// Waits for its end.
  /// - Returns: its complaint, one line; nil when it has done what it was asked.
  package func finish() throws(ImageError) -> String? {
    do throws(SystemError) {
      let (status, complaint) = try process.finish()
      if status == .exited(0) { return nil }
      return complaint ?? "the copying process ended with status \(status.shellCode)"
    } catch { throw .system(error) }
  }
}
