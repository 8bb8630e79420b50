// What will be done, as a person reads it.

extension CgroupPlan {
  /// A sentence for each directory and each write, in their order.
  package var sentences: [String] {
    directories.map { "make cgroup \"\($0.path)\"" }
      + directories.flatMap { directory in directory.steps.map { $0.sentence(in: directory.path) } }
  }
}

extension CgroupStep {
  fileprivate func sentence(in directory: String) -> String {
    switch self {
    case .write(let write): write.sentence(in: directory)
    case .writeIfPresent(let write): "\(write.sentence(in: directory)), if there is such a file"
    case .writePair(let first, let second):
      "\(first.sentence(in: directory)) and \(second.sentence(in: directory)), in the order that fits"
    case .writeFirst(let writes):
      writes.map { $0.sentence(in: directory) }.joined(separator: ", or else ")
    case .writeEach(let file, let values, let reason):
      "write to \"\(directory)/\(file)\" each of \(values.map { "\"\($0)\"" }.joined(separator: ", ")) (\(reason))"
    case .require(let file, let limit, let reason):
      "require \"\(directory)/\(file)\" to be at most \(limit) (\(reason))"
    case .own(let user, let files):
      "give \"\(directory)\" and in it \(files.joined(separator: ", ")) to user \(user)"
    case .filterDevices(_, let reason): "attach a device filter to \"\(directory)\" (\(reason))"
    }
  }
}

extension CgroupWrite {
  fileprivate func sentence(in directory: String) -> String {
    "write \"\(value)\" to \"\(directory)/\(file)\" (\(reason))"
  }
}
