internal import CLibseccomp
internal import LinuxSystem

/// Like `compileSeccompFilter`, but remembers programs in `directory`, which is made when it is missing.
///
/// libseccomp takes about 10 ms for docker's profile on three architectures; nearly every container of a host has
/// the same one. crun keeps such a cache as well. An entry holds the whole policy it was made from and the version
/// of the library, and is used only when both are exactly equal, so a collision of names costs time and nothing
/// else. The directory must be writable for the runtime's user alone, as its state directory is.
/// - Throws: `SeccompError` as `compileSeccompFilter`; a cache that cannot be read or written is no failure, since
///   the program is then compiled all the same.
package func compileSeccompFilter(
  _ policy: SeccompPolicy, rememberedIn directory: String
) throws(SeccompError) -> SeccompFilter {
  let key = SeccompCacheKey(policy)
  let path = "\(directory)/\(key.name)"
  if let found = readEntry(path, key) { return found }
  let filter = try compileSeccompFilter(policy)
  writeEntry(filter, path, key, directory)
  return filter
}

/// More programs than this are no longer the few profiles of a host; then the cache starts again.
private let entryLimit = 64

/// A policy as bytes, every text with its length before it, so that no two policies read the same.
struct SeccompCacheKey {
  private(set) var bytes: [UInt8] = Array("apus-seccomp 1\n".utf8)

  init(_ policy: SeccompPolicy) {
    if let version = unsafe seccomp_version() {
      for part in unsafe [version.pointee.major, version.pointee.minor, version.pointee.micro] {
        append(UInt64(part))
      }
    }
    append(policy.defaultAction)
    append(policy.defaultErrno)
    append(policy.architectures)
    append(policy.flags == nil ? 0 : 1)
    append(policy.flags ?? [])
    append(UInt64(policy.rules.count))
    for rule in policy.rules {
      append(rule.names)
      append(rule.action)
      append(rule.errno)
      append(UInt64(rule.arguments.count))
      for argument in rule.arguments {
        append(UInt64(argument.index))
        append(argument.value)
        append(argument.valueTwo)
        append(argument.comparison)
      }
    }
  }

  /// A file name: FNV-1a over the bytes.
  var name: String {
    String(bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
  }

  mutating func append(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }
  private mutating func append(_ number: UInt32?) { append(number.map(UInt64.init) ?? UInt64.max) }
  private mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes += text.utf8
  }
  private mutating func append(_ texts: [String]) {
    append(UInt64(texts.count))
    for text in texts { append(text) }
  }
}

/// An entry is the key, the flags in 8 bytes, and the program.
private func readEntry(_ path: String, _ key: SeccompCacheKey) -> SeccompFilter? {
  let bytes: [UInt8]
  do throws(SystemError) { bytes = try readFile(path, limit: 1 << 20) } catch { return nil }
  let start = key.bytes.count + 8
  guard bytes.count > start, (bytes.count - start) % 8 == 0, bytes.starts(with: key.bytes) else { return nil }
  let flags = bytes[key.bytes.count..<start].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
  return SeccompFilter(
    program: Array(bytes[start...]), flags: FilterFlags(rawValue: UInt32(truncatingIfNeeded: flags)))
}

private func writeEntry(_ filter: SeccompFilter, _ path: String, _ key: SeccompCacheKey, _ directory: String)
{
  var entry = key
  entry.append(UInt64(filter.flags.rawValue))
  do throws(SystemError) {
    try makeDirectories(directory, mode: 0o700)
    let names = try listDirectory(directory)
    if names.count >= entryLimit { for name in names { try removeFile("\(directory)/\(name)") } }
    try writeAtomically(path, entry.bytes + filter.program, mode: 0o600, durable: false)
  } catch { return }
}
