internal import CLinux
internal import Glibc

// Reading and writing whole values: short counts and EINTR are handled here and nowhere else.

extension OwnedDescriptor {
  /// Reads at most `limit` bytes, appending them to `buffer`.
  /// - Returns: how many; 0 at the end of the file.
  /// - Throws: `SystemError`, with EAGAIN when the descriptor is non-blocking and nothing is there.
  @discardableResult
  package borrowing func read(into buffer: inout [UInt8], limit: Int) throws(SystemError) -> Int {
    try readDescriptor(raw, into: &buffer, limit: limit)
  }

  /// The next bytes, at most `limit`; none at the end of the file. For streams: nothing is copied or filled first.
  package borrowing func readChunk(limit: Int) throws(SystemError) -> [UInt8] {
    try readDescriptorChunk(raw, limit: limit)
  }

  /// The bytes of a file from `offset` on, at most `limit`; none at its end. Where reads go on stays as it is. Calls
  /// `pread(2)`.
  package borrowing func readChunk(limit: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
    let number = raw
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(SystemError) {
        count = try check("pread") { unsafe Glibc.pread(number, buffer.baseAddress, limit, off_t(offset)) }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Reads to the end of the file.
  /// - Throws: `SystemError`; EFBIG when there are more than `limit` bytes, so that a hostile file cannot fill
  ///   memory.
  package borrowing func readAll(limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while try read(into: &bytes, limit: max(4096, min(bytes.count, 1 << 20))) > 0 {
      if bytes.count > limit { throw SystemError("read", code: EFBIG, subject: "over \(limit) bytes") }
    }
    return bytes
  }

  /// Writes once, from `start` on.
  /// - Returns: how many bytes the kernel took.
  package borrowing func write(_ bytes: [UInt8], from start: Int = 0) throws(SystemError) -> Int {
    try writeDescriptor(raw, bytes, from: start)
  }

  /// Writes all of `bytes`.
  package borrowing func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    while done < bytes.count { done += try write(bytes, from: done) }
  }

  /// Writes all of `text` as UTF-8.
  package borrowing func writeAll(_ text: String) throws(SystemError) { try writeAll(Array(text.utf8)) }

  /// Cuts the file, or extends it with zero bytes. Calls `ftruncate(2)`.
  package borrowing func truncate(toBytes size: Int64) throws(SystemError) {
    let number = raw
    try checkDone("ftruncate") { Glibc.ftruncate(number, off_t(size)) }
  }

  /// Waits until the file's bytes and size are on the disk. Calls `fsync(2)`.
  package borrowing func sync() throws(SystemError) {
    let number = raw
    try checkDone("fsync") { Glibc.fsync(number) }
  }
}

extension OwnedDescriptor {
  /// Waits until everything on the file system of this file is on the disk: one call for a whole tree. Calls
  /// `syncfs(2)`.
  package borrowing func syncFileSystem() throws(SystemError) {
    let number = raw
    try checkDone("syncfs") { clinux_syncfs(number) }
  }

  /// Gives a pipe room for `bytes`. More than the system allows an unprivileged user is EPERM without
  /// CAP_SYS_RESOURCE. Calls `fcntl(2)` F_SETPIPE_SZ.
  package borrowing func setPipeCapacity(_ bytes: Int) throws(SystemError) {
    let number = raw
    try checkDone("fcntl F_SETPIPE_SZ") { clinux_fcntl(number, Int32(clinux_F_SETPIPE_SZ), Int64(bytes)) }
  }
}

extension StandardDescriptor {
  /// The next bytes, at most `limit`; none at the end.
  package func readChunk(limit: Int) throws(SystemError) -> [UInt8] {
    try readDescriptorChunk(rawValue, limit: limit)
  }

  /// Reads at most `limit` bytes, appending them to `buffer`; 0 at the end.
  @discardableResult
  package func read(into buffer: inout [UInt8], limit: Int) throws(SystemError) -> Int {
    try readDescriptor(rawValue, into: &buffer, limit: limit)
  }

  /// Writes all of `bytes`.
  /// - Throws: `SystemError`, naming the descriptor as `/dev/stdout` or `/dev/stderr`.
  package func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    do throws(SystemError) {
      while done < bytes.count { done += try writeDescriptor(rawValue, bytes, from: done) }
    } catch {
      throw SystemError(error.call, code: error.code, subject: self == .error ? "/dev/stderr" : "/dev/stdout")
    }
  }

  /// Writes all of `text` as UTF-8, where nobody is left to be told that it could not be: what is said on the way. What
  /// was asked for goes through `writeAll`.
  package func print(_ text: String) {
    do throws(SystemError) { try writeAll(Array(text.utf8)) } catch { return }
  }
}

private func readDescriptor(_ number: Int32, into buffer: inout [UInt8], limit: Int) throws(SystemError)
  -> Int
{
  let old = buffer.count
  buffer.append(contentsOf: repeatElement(0, count: limit))
  do throws(SystemError) {
    let count = try check("read") {
      unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(number, bytes.baseAddress.map { unsafe $0 + old }, limit)
      }
    }
    buffer.removeLast(limit - count)
    return count
  } catch {
    buffer.removeLast(limit)
    throw error
  }
}

private func readDescriptorChunk(_ number: Int32, limit: Int) throws(SystemError) -> [UInt8] {
  var failure: SystemError?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
    do throws(SystemError) {
      count = try check("read") { unsafe Glibc.read(number, buffer.baseAddress, limit) }
    } catch { failure = error }
  }
  if let failure { throw failure }
  return bytes
}

private func writeDescriptor(_ number: Int32, _ bytes: [UInt8], from start: Int) throws(SystemError) -> Int {
  try check("write") {
    unsafe bytes.withUnsafeBytes { span in
      unsafe Glibc.write(number, span.baseAddress.map { unsafe $0 + start }, bytes.count - start)
    }
  }
}
