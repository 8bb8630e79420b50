internal import LinuxSystem

/// Performs one step in the directory of a cgroup.
/// - Throws: `CgroupError` with the property that asked for the step.
func perform(_ step: CgroupStep, _ directory: String) throws(CgroupError) {
  switch step {
  case .write(let write): try put(write, directory)
  case .writeIfPresent(let write):
    do throws(SystemError) { try writeExistingFile("\(directory)/\(write.file)", write.value) } catch {
      guard error.code == ErrorCode.noEntry else { throw .failed(path: write.reason, error) }
    }
  case .writePair(let first, let second):
    do throws(SystemError) { try writeExistingFile("\(directory)/\(first.file)", first.value) } catch {
      guard error.code == ErrorCode.invalid else { throw .failed(path: first.reason, error) }
      try put(second, directory)
      return try put(first, directory)
    }
    try put(second, directory)
  case .writeFirst(let writes):
    for write in writes.dropLast() {
      do throws(SystemError) { return try writeExistingFile("\(directory)/\(write.file)", write.value) } catch
      {
        guard error.code == ErrorCode.noEntry else { throw .failed(path: write.reason, error) }
      }
    }
    if let last = writes.last { try put(last, directory) }
  case .writeEach(let file, let values, let reason):
    try writeEach(values, "\(directory)/\(file)", reason)
  case .require(let file, let limit, let reason):
    try require("\(directory)/\(file)", atMost: limit, reason)
  case .own(let user, let files): try own(directory, user, files)
  case .filterDevices(let program, let reason):
    do throws(SystemError) {
      try attachDeviceFilter(program, to: try openFile(directory, [.readOnly, .directory]))
    } catch { throw .failed(path: reason, error) }
  }
}

private func put(_ write: CgroupWrite, _ directory: String) throws(CgroupError) {
  do throws(SystemError) { try writeExistingFile("\(directory)/\(write.file)", write.value) } catch {
    throw .failed(path: write.reason, error)
  }
}

private func writeEach(_ values: [String], _ path: String, _ reason: String) throws(CgroupError) {
  do throws(SystemError) {
    let file = try openFile(path, .writeOnly)
    for value in values {
      do throws(SystemError) { try file.writeAll(value) } catch {
        throw SystemError("write", code: error.code, subject: "\(path) (\(value))")
      }
    }
  } catch { throw .failed(path: reason, error) }
}

private func require(_ path: String, atMost limit: Int64, _ reason: String) throws(CgroupError) {
  let text: String
  do throws(SystemError) { text = try readText(path) } catch { throw .failed(path: reason, error) }
  guard let used = Int64(text), used <= limit else {
    throw .refused(path: reason, problem: "\(splitPath(path).name) is \(text), needed at most \(limit)")
  }
}
