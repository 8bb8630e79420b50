internal import LinuxSystem

func hugepages(
  _ path: String, isUnified: Bool
) throws(SystemError) -> [String: CgroupStatistics.Entry] {
  let names = fileExists(path) ? try listDirectory(path) : []
  let suffix = isUnified ? ".current" : ".usage_in_bytes"
  var pages: [String: CgroupStatistics.Entry] = [:]
  for name in names where name.hasPrefix("hugetlb.") && name.hasSuffix(suffix) {
    let size = String(name.dropFirst(8).dropLast(suffix.count))
    if size.contains(".") { continue }
    let base = "\(path)/hugetlb.\(size)"
    pages[size] = CgroupStatistics.Entry(
      usage: try CounterFile("\(path)/\(name)").number,
      maximum: isUnified ? 0 : try CounterFile("\(base).max_usage_in_bytes").number,
      failures: isUnified
        ? try CounterFile("\(base).events").table["max"] ?? 0 : try CounterFile("\(base).failcnt").number)
  }
  return pages
}
