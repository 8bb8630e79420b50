internal import JSONDocument
internal import LinuxSystem
package import Options

/// The CDI files of this host, as they were found at one look: what is broken is noted and keeps nothing else from being
/// used, as in CDI's own library (pkg/cdi, cache.go).
package struct DeviceRegistry: Sendable {
  /// A file that can be used.
  package struct File: Sendable {
    /// Where it lies.
    package let path: String
    /// What it says.
    package let specification: DeviceSpecification
    /// Which directory; of a later one it wins.
    let priority: Int
  }

  /// A device, by its file.
  struct Entry {
    let file: Int
    let device: Int
  }

  /// Where CDI's files are (CDI, pkg/cdi, spec-dirs.go).
  package static let defaultDirectories = ["/etc/cdi", "/var/run/cdi"]

  /// More would be no description of devices.
  private static let largestFile = 16 << 20

  /// Where was looked, the later ones winning.
  package let directories: [String]
  /// What can be used.
  package private(set) var files: [File] = []
  /// What cannot: a line each, which begins with the file.
  package private(set) var problems: [String] = []
  private var entries: [String: Entry] = [:]
  /// Devices that two files of one directory have.
  private var conflicts: [String: [String]] = [:]

  /// The directories that a list with colons names, `APUS_CDI_DIRS`; the usual ones when it is empty.
  /// - Throws: `OptionError` for a relative path.
  package static func directories(_ list: String?) throws(OptionError) -> [String] {
    let paths = (list ?? "").split(separator: ":").map(String.init)
    for path in paths where !path.hasPrefix("/") {
      throw OptionError("APUS_CDI_DIRS", list ?? "", "\(quoted(path)) is not an absolute path")
    }
    return paths.isEmpty ? defaultDirectories : paths.map(cleanPath)
  }

  /// Reads all files with the names `*.json` and `*.yaml` in the directories; one that is not there has none.
  package init(reading directories: [String]) {
    self.directories = directories
    for (priority, directory) in directories.enumerated() {
      let names: [String]
      do throws(SystemError) { names = try listDirectory(directory) } catch {
        if error.code != ErrorCode.noEntry { problems.append("\(directory): \(error.reason)") }
        continue
      }
      for name in names where [".json", ".yaml"].contains(where: name.hasSuffix) {
        read("\(directory)/\(name)", priority)
      }
    }
  }

  /// The names of all devices that can be had, sorted.
  package var devices: [String] { entries.keys.filter { conflicts[$0] == nil }.sorted() }

  /// What somebody who looks after the host should know, a line each.
  package var warnings: [String] {
    problems + conflicts.keys.sorted().map { name in Self.conflict(name, conflicts[name] ?? []) }
  }

  private static func conflict(_ name: String, _ paths: [String]) -> String {
    "conflicting device \(name): it is in \(paths.joined(separator: " and "))"
  }

  /// Whose devices there are.
  package var vendors: Set<String> {
    Set(files.map { QualifiedDevice.split(kind: $0.specification.kind).vendor })
  }

  /// The file of a device, and which it is there.
  /// - Returns: nil when there is none of this name.
  /// - Throws: `DeviceProblem` when there is more than one.
  func find(_ name: String) throws(DeviceProblem) -> (file: File, device: DeviceSpecification.Device)? {
    if let paths = conflicts[name] {
      throw DeviceProblem(Self.conflict(name, paths))
    }
    guard let entry = entries[name] else { return nil }
    let file = files[entry.file]
    return (file, file.specification.devices[entry.device])
  }

  // MARK: reading

  private mutating func read(_ path: String, _ priority: Int) {
    do throws(SystemError) {
      // A pipe would be waited for.
      let kind = try fileStatus(path).kind
      guard kind == .regular else {
        if kind != .directory { problems.append("\(path): it is no regular file") }
        return
      }
      add(try readFile(path, limit: Self.largestFile), path, priority)
    } catch { problems.append("\(path): \(error.reason)") }
  }

  private mutating func add(_ bytes: [UInt8], _ path: String, _ priority: Int) {
    let specification: DeviceSpecification
    do throws(DocumentError) { specification = try DeviceSpecification(bytes, file: path) } catch {
      problems.append(error.description)
      return
    }
    files.append(File(path: path, specification: specification, priority: priority))
    for (index, device) in specification.devices.enumerated() {
      let name = "\(specification.kind)=\(device.name)"
      if let other = entries[name], files[other.file].priority == priority {
        conflicts[name, default: [files[other.file].path]].append(path)
        continue
      }
      entries[name] = Entry(file: files.count - 1, device: index)
      conflicts[name] = nil
    }
  }
}

/// Why devices cannot be had; prints as one line.
package struct DeviceProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// One line.
  package let description: String

  /// Makes an error.
  init(_ description: String) { self.description = description }
}
