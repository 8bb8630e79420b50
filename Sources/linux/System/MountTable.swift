internal import CLinux

/// A mount, as a line of a process's table of mounts has it (proc_pid_mountinfo(5)).
///
/// The line is taken apart at once and read where it is asked: a machine has many mounts, and the runtime looks at the table
/// at every start.
package struct MountEntry {
  // id, parent, device, root, mount point, options, any number of tags, a hyphen, type, source, options of the super block.
  private let fields: [Substring.UTF8View]
  private let hyphen: Int

  /// - Returns: nil for what is no line of the table.
  package init?(_ line: Substring.UTF8View) {
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard let hyphen = fields.dropFirst(6).firstIndex(where: { $0.elementsEqual("-".utf8) }),
      fields.count > hyphen + 1
    else { return nil }
    (self.fields, self.hyphen) = (fields, hyphen)
  }

  /// The path in its file system that is the root of the mount: `/` for a whole one.
  package var root: String { unescaped(fields[3]) }

  /// Where it is mounted, seen from the root of the process.
  package var point: String { unescaped(fields[4]) }

  /// `shared:N`, `master:N` and the like.
  package var tags: [Substring] { fields[6..<hyphen].map { Substring($0) } }

  /// The type of the file system: `ext4`, `cgroup2`.
  package var type: Substring { Substring(fields[hyphen + 1]) }

  /// Whether each of these words, with commas between them, is among the options of the file system itself, where a v1
  /// cgroup hierarchy has its controllers.
  package func hasSuperOptions(_ words: Substring.UTF8View) -> Bool {
    guard fields.count > hyphen + 3 else { return words.isEmpty }
    let options = fields[hyphen + 3].split(separator: UInt8(ascii: ","))
    return words.split(separator: UInt8(ascii: ",")).allSatisfy { word in
      options.contains { $0.elementsEqual(word) }
    }
  }

  /// Whether this process comes to the file system at its place: another mount may cover the place, or one that it lies
  /// below. For file systems that are one device to stat(2), as those of the kernel are. Calls `stat(2)`; what is there but
  /// may not be looked at counts as reached, so that whoever goes there is told why not.
  package var isReached: Bool {
    do throws(SystemError) {
      let device = try fileStatus(point).device
      let numbers = decimal(Int(clinux_major(device))) + ":" + decimal(Int(clinux_minor(device)))
      return fields[2].elementsEqual(numbers.utf8)
    } catch { return error.code != ErrorCode.noEntry && error.code != ErrorCode.notDirectory }
  }

  /// Whether `path`, absolute and without links, lies at this place or below it.
  package func holds(_ path: String) -> Bool {
    let point = point
    return point == "/" || path == point || path.hasPrefix(point + "/")
  }

  /// A blank, a tab, a newline and a backslash stand in the table as `\040` and the like.
  private func unescaped(_ field: Substring.UTF8View) -> String {
    guard field.contains(UInt8(ascii: "\\")) else { return String(Substring(field)) }
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The mounts of a table in its order, in which a later one covers an earlier one at the same place.
/// - Parameters:
///   - table: the content of a mountinfo file.
///   - isWanted: which lines are worth taking apart.
package func mountEntries(
  in table: String, where isWanted: (Substring.UTF8View) -> Bool = { _ in true }
) -> [MountEntry] {
  table.utf8.split(separator: UInt8(ascii: "\n")).filter(isWanted).compactMap { MountEntry($0) }
}

/// The mounts that a process sees, by its directory in procfs. Reads `/proc/PROCESS/mountinfo`.
package func readMountTable(_ process: String = "self") throws(SystemError) -> [MountEntry] {
  mountEntries(in: try readText("/proc/\(process)/mountinfo"))
}
