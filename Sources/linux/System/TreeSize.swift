/// What everything below a directory but directories holds, in bytes: each file once, however many names it has. What
/// cannot be looked at, or goes meanwhile, counts as nothing; links are not followed. Reads directories by descriptor, so
/// the tree may be hostile.
package func treeSizeBytes(_ path: String) -> Int64 {
  var (sum, seen) = (Int64(0), Set<UInt64>())
  do throws(SystemError) {
    try addEntries(of: try openFile(path, [.readOnly, .directory, .noFollow]), &sum, &seen, depth: 0)
  } catch { return sum }
  return sum
}

private func addEntries(
  of directory: consuming OwnedDescriptor, _ sum: inout Int64, _ seen: inout Set<UInt64>, depth: Int
) throws(SystemError) {
  let place = try directory.duplicate()
  for name in try listRawNames(directory) {
    do throws(SystemError) {
      let entry = try openRawName(name, in: place, [.path, .noFollow])
      let status = try fileStatus(of: entry)
      switch status.kind {
      case .directory:
        guard depth < 512 else { continue }
        try addEntries(
          of: try openRawName(name, in: place, [.readOnly, .directory, .noFollow]), &sum, &seen,
          depth: depth + 1)
      default: if status.linkCount == 1 || seen.insert(status.inode).inserted { sum += status.sizeBytes }
      }
    } catch { continue }
  }
}
