internal import CLinux
internal import Glibc

extension EventLoop {
  /// Waits for the next event as `next` does, and gives back before what a process that waits does not need: what
  /// malloc(3) holds free, the stack below the caller, and the pages of its own program, which are read from the file
  /// again when they are used. For a process of one thread that will wait for long; it costs some 0.1 ms, now and at
  /// the event together.
  package borrowing func nextWithoutMemory() throws(SystemError) -> (token: UInt64, readiness: Readiness)? {
    let pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))
    _ = clinux_malloc_trim(0)
    releaseStack(pageSize)
    // Where it may not be looked up which pages are as in the file, all stay.
    do throws(SystemError) { try releaseData(pageSize) } catch {}
    let codeStart = clinux_program_start() & ~(pageSize - 1)
    let codeEnd = clinux_code_end() & ~(pageSize - 1)
    // The code comes last, since this is code too.
    return try unsafe wait { (epoll, events, token) in
      unsafe clinux_epoll_wait_without(epoll, events, token, codeStart, codeEnd - codeStart)
    }
  }
}

/// Gives back the pages of this program's code and constants, which are read from the file again, sixteen around each that
/// is used: what only the start needed then does not count any more. It costs some 0.05 ms.
package func releaseCode() {
  let pageSize = UInt64(sysconf(Int32(_SC_PAGESIZE)))
  let start = clinux_program_start() & ~(pageSize - 1)
  // What the kernel does not take back stays, and does no harm.
  _ = clinux_madvise(start, (clinux_code_end() & ~(pageSize - 1)) - start, MADV_DONTNEED)
}

/// Below the frame of the caller, and a page for what this call itself uses, nothing is alive. What is not mapped there
/// stays so.
@inline(never)
private func releaseStack(_ pageSize: UInt64) {
  var mark: UInt64 = 0
  let here = unsafe withUnsafeMutablePointer(to: &mark) { UInt64(UInt(bitPattern: $0)) }
  let reach = 64 * pageSize
  _ = clinux_madvise((here - pageSize - reach) & ~(pageSize - 1), reach, MADV_DONTNEED)
}

/// Only pages that are as they are in the file: one that has been written to is the process's own, and dropping it would
/// take back what was written. Of the data, /proc/PID/pagemap tells which are which (bits 63, present, and 61, of a
/// file).
private func releaseData(_ pageSize: UInt64) throws(SystemError) {
  let dataStart = (clinux_code_end() + pageSize - 1) & ~(pageSize - 1)
  let count = Int((clinux_program_end() - dataStart) / pageSize)
  let map = try openFile("/proc/self/pagemap", .readOnly)
  var run: UInt64 = 0
  // In pieces, so that looking takes no memory to speak of.
  for piece in stride(from: 0, to: count, by: 64) {
    let place = Int64(dataStart / pageSize + UInt64(piece)) * 8
    let entries = try map.readChunk(limit: min(64, count - piece) * 8, at: place)
    for entry in 0..<entries.count / 8 {
      // The highest byte: little-endian.
      let isOfFile = entries[entry * 8 + 7] & 0b1010_0000 == 0b1010_0000
      let page = dataStart + UInt64(piece + entry) * pageSize
      if isOfFile {
        if run == 0 { run = page }
      } else if run != 0 {
        _ = clinux_madvise(run, page - run, MADV_DONTNEED)
        run = 0
      }
    }
  }
  if run != 0 { _ = clinux_madvise(run, dataStart + UInt64(count) * pageSize - run, MADV_DONTNEED) }
}
