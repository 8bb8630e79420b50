internal import CLinux
internal import Glibc

/// What this process was called with: its arguments, its environment, and the programs on its PATH.
package enum Environment {
  /// The program's name as it was called, and its arguments. Empty when the caller gave not even a name (execve(2)).
  package static var arguments: [String] {
    var arguments: [String] = []
    for index in 0..<clinux_argument_count() {
      if let text = unsafe clinux_argument(index) { arguments.append(unsafe String(cString: text)) }
    }
    return arguments
  }

  /// The value of a variable; nil when it is not set.
  package static func value(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Every `NAME=value`, in the order of the process.
  package static func all() -> [String] {
    var entries: [String] = []
    guard var next = unsafe environ as Optional else { return [] }
    while let entry = unsafe next.pointee {
      unsafe entries.append(String(cString: entry))
      unsafe next += 1
    }
    return entries
  }

  /// The absolute path of this program's file. Reads `/proc/self/exe`.
  package static func ownProgram() throws(SystemError) -> String { try readLink("/proc/self/exe") }

  /// The first executable regular file of this name in the directories of `path` (colon separated).
  package static func findProgram(_ name: String, path: String) -> String? {
    for directory in path.split(separator: ":", omittingEmptySubsequences: true) {
      let candidate = "\(directory)/\(name)"
      if isExecutableFile(candidate) { return candidate }
    }
    return nil
  }

  /// Whether `path` is a regular file that this process may execute, by what it may do now: access(2) would leave out
  /// the capabilities of whoever is not root (CAP_DAC_OVERRIDE). Calls `faccessat2(2)`.
  package static func isExecutableFile(_ path: String) -> Bool {
    do throws(SystemError) { return try fileStatus(path).kind == .regular && isExecutable(path) } catch {
      return false
    }
  }

  /// Whether this process may execute what is at `path`, or search it if it is a directory. Calls `faccessat2(2)`.
  package static func isExecutable(_ path: String) -> Bool {
    unsafe faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0
  }

  /// Whether this process may write to what is at `path`. Calls `access(2)`.
  package static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK) == 0 }

  /// Makes libraries take text for UTF-8, so that they pass names on as they are; without it they drop or replace
  /// what is not ASCII. Calls `setlocale(3)` with glibc's own C.UTF-8.
  /// - Returns: whether the locale is there.
  package static func useUTF8() -> Bool { unsafe setlocale(LC_CTYPE, "C.UTF-8") != nil }
}
