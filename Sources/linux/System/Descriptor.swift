internal import CLinux
internal import Glibc

/// A file descriptor with one owner: it closes when the value ends.
///
/// Pass it `borrowing`, hand it over with `consuming`. Every descriptor made in this room is close-on-exec.
package struct OwnedDescriptor: ~Copyable, Sendable {
  /// The number. For passing to the kernel at once, or for naming the descriptor to an event loop; never to close.
  package let raw: Int32

  /// Takes over a descriptor that nobody else will close.
  package init(owning raw: Int32) { self.raw = raw }

  deinit { _ = Glibc.close(raw) }

  /// Gives up ownership: the caller must see to it that the number is closed or meant to stay open.
  package consuming func release() -> Int32 {
    let number = raw
    discard self
    return number
  }

  /// A second descriptor for the same open file. Calls `fcntl(2)` F_DUPFD_CLOEXEC.
  package borrowing func duplicate() throws(SystemError) -> OwnedDescriptor {
    let number = raw
    return OwnedDescriptor(
      owning: try check("fcntl F_DUPFD_CLOEXEC") { clinux_fcntl(number, Int32(clinux_F_DUPFD_CLOEXEC), 3) })
  }

  /// Makes reads and writes return EAGAIN rather than wait, or wait again. Calls `fcntl(2)` F_SETFL.
  package borrowing func setNonBlocking(_ on: Bool = true) throws(SystemError) {
    let number = raw
    let flags = try check("fcntl F_GETFL") { clinux_fcntl(number, Int32(clinux_F_GETFL), 0) }
    let wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK
    try checkDone("fcntl F_SETFL") { clinux_fcntl(number, Int32(clinux_F_SETFL), Int64(wanted)) }
  }

  /// Lets the descriptor survive exec, or not. Calls `fcntl(2)` F_SETFD.
  package borrowing func setCloseOnExec(_ on: Bool) throws(SystemError) {
    let number = raw
    try checkDone("fcntl F_SETFD") {
      clinux_fcntl(number, Int32(clinux_F_SETFD), on ? clinux_FD_CLOEXEC : 0)
    }
  }

  /// The path under which this process, and a mount call, can name the open file: `/proc/self/fd/N`.
  package borrowing func procPath() -> String { "/proc/self/fd/\(decimal(Int(raw)))" }
}

/// The three descriptors that every process is born with. They belong to the process; nobody closes them by owning.
package enum StandardDescriptor: Int32, Sendable {
  case input = 0
  case output = 1
  case error = 2
}

/// Makes `target` a copy of `source`, without close-on-exec. Calls `dup3(2)` (`dup2` when both are the same is an
/// error here, on purpose: nothing would have changed).
package func duplicate(_ source: borrowing OwnedDescriptor, onto target: Int32) throws(SystemError) {
  let number = source.raw
  try checkDone("dup3", "to \(target)") { clinux_dup3(number, target, 0) }
}

/// Whether this process has a descriptor of this number, whoever opened it. Calls `fcntl(2)` F_GETFL.
package func isOpenDescriptor(_ number: Int32) -> Bool { clinux_fcntl(number, Int32(clinux_F_GETFL), 0) >= 0 }

/// Marks every descriptor from `first` on close-on-exec, whoever opened it (CVE-2024-21626: a leaked descriptor is
/// a way out of the container). Calls `close_range(2)` with CLOSE_RANGE_CLOEXEC.
package func closeOnExecDescriptors(from first: UInt32) throws(SystemError) {
  try checkDone("close_range") { clinux_close_range(first, UInt32.max, UInt32(clinux_CLOSE_RANGE_CLOEXEC)) }
}

/// Closes every descriptor from `first` on but those named, whoever opened it: a process that outlives its starter must
/// not hold the starter's pipes open. Nothing that is owned may be among them. Calls `close_range(2)`.
package func closeDescriptors(from first: UInt32, keeping kept: [Int32]) throws(SystemError) {
  var next = first
  // The lowest that is left, each time: they are few.
  while let number = kept.lazy.map({ UInt32($0) }).filter({ $0 >= next }).min() {
    if number > next { try checkDone("close_range") { clinux_close_range(next, number - 1, 0) } }
    next = number + 1
  }
  try checkDone("close_range") { clinux_close_range(next, UInt32.max, 0) }
}

/// Two descriptors made together. No `deinit`, and frozen, so that any room can hand over each end alone.
@frozen
package struct DescriptorPair: ~Copyable {
  package var first: OwnedDescriptor
  package var second: OwnedDescriptor

  /// Puts two descriptors together.
  package init(first: consuming OwnedDescriptor, second: consuming OwnedDescriptor) {
    self.first = first
    self.second = second
  }

  init(_ numbers: (Int32, Int32)) {
    first = OwnedDescriptor(owning: numbers.0)
    second = OwnedDescriptor(owning: numbers.1)
  }
}

/// A pipe: `first` is the end to read from, `second` the end to write to. Calls `pipe2(2)`.
package func makePipe() throws(SystemError) -> DescriptorPair {
  var ends: (Int32, Int32) = (-1, -1)
  try checkDone("pipe2") {
    unsafe withUnsafeMutableBytes(of: &ends) { bytes in
      unsafe clinux_pipe2(bytes.assumingMemoryBound(to: Int32.self).baseAddress, Int32(clinux_O_CLOEXEC))
    }
  }
  return DescriptorPair(ends)
}

/// Asks for room for `bytes` in a pipe; the kernel rounds it up. Calls `fcntl(2)` F_SETPIPE_SZ.
/// - Throws: `SystemError`; EPERM over the user's limit (pipe(7), /proc/sys/fs/pipe-max-size).
@discardableResult
package func setPipeCapacity(_ pipe: borrowing OwnedDescriptor, bytes: Int) throws(SystemError) -> Int {
  let number = pipe.raw
  return Int(
    try check("fcntl F_SETPIPE_SZ") { clinux_fcntl(number, Int32(clinux_F_SETPIPE_SZ), Int64(bytes)) })
}
