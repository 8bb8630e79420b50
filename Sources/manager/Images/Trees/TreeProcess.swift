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
    // Fields: id, parent, device, root, mount point, options, …, a dash, the type (proc_pid_mountinfo(5)).
    let mounted: [String] = try readText("/proc/\(pid)/mountinfo").split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash > 4, fields.count > dash + 1,
        fields[dash + 1] == "proc"
      else { return nil }
      return String(fields[4])
    }
    let opened = try openFile("/proc/\(pid)/ns/mnt", .readOnly)
    root = try openFile("/proc/\(pid)/root", [.path, .directory])
    namespace = opened
    processFileSystems = mounted
  }
}

/// The process of `TreeWork`, seen from outside. It does not outlive this object.
package final class TreeProcess {
  private let process: ProcessHandle
  private var input: OwnedDescriptor?
  private let output: OwnedDescriptor
  private let complaint: OwnedDescriptor
  private var hasEnded = false

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
      // Its death must reach us as EPIPE.
      ignoreSignal(Signal.pipe)
      let file = try makeMemoryFile("request")
      try file.writeAll(bytes)
      try rewind(file)
      let toChild = try makePipe()
      let fromChild = try makePipe()
      let complaints = try makePipe()
      var plan = SpawnPlan("/proc/self/exe", [TreeWork.subcommand], environment: [])
      plan.descriptors = [
        (0, toChild.first.raw), (1, fromChild.second.raw), (2, complaints.second.raw),
        (TreeWork.requestDescriptor, file.raw),
      ]
      switch running {
      case .some(let tree):
        plan.descriptors += [
          (TreeJail.namespaceDescriptor, tree.namespace.raw), (TreeJail.rootDescriptor, tree.root.raw),
        ]
      case .none: break
      }
      process = try spawn(plan)
      let writing = toChild.second
      input = consume writing
      output = fromChild.first
      complaint = complaints.first
    } catch { throw .system(error) }
  }

  deinit {
    if hasEnded { return }
    do throws(SystemError) {
      try process.signal(Signal.kill)
      _ = try process.wait()
    } catch {}
  }

  /// Hands it the next bytes.
  /// - Returns: false when it has gone; `finish` then says why.
  package func write(_ bytes: [UInt8]) throws(ImageError) -> Bool {
    do throws(SystemError) {
      switch input {
      case .some(let pipe): try pipe.writeAll(bytes)
      case nil: throw SystemError("write", code: ErrorCode.brokenPipe)
      }
      return true
    } catch {
      guard error.code == ErrorCode.brokenPipe else { throw .system(error) }
      return false
    }
  }

  /// The next bytes of its answer; empty at the end.
  package func read() throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try output.readChunk(limit: 1 << 18) } catch { throw .system(error) }
  }

  /// Waits for its end.
  /// - Returns: its complaint, one line; nil when it has done what it was asked.
  package func finish() throws(ImageError) -> String? {
    do throws(SystemError) {
      // The end of its input is what it waits for.
      input = nil
      let words = String(decoding: try complaint.readAll(limit: 1 << 16), as: UTF8.self)
      let status = try process.wait()
      hasEnded = true
      if status == .exited(0) { return nil }
      return words.split(separator: "\n").first.map(String.init)
        ?? "the copying process ended with status \(status.shellCode)"
    } catch { throw .system(error) }
  }
}
