internal import Glibc

/// A failed call to the kernel or libc: which call, which errno, on what.
///
/// Printed as one phrase in runc's words, which callers match: `mount proc on /proc: permission denied`.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call's name, such as `openat2`, or a short phrase such as `mount proc`.
  package let call: String
  /// The errno it left.
  package let code: Int32
  /// What it was done to: a path, a descriptor's role, a pid. May be empty.
  package let subject: String

  package init(_ call: String, code: Int32, subject: String = "") {
    self.call = call
    self.code = code
    self.subject = subject
  }

  /// The kernel's words for the errno, in lower case as Go and so runc's callers print them.
  package var reason: String { SystemError.reason(code) }

  /// The words for an errno, such as `no such file or directory`.
  package static func reason(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "errno \(code)" }
    let words = unsafe String(cString: text)
    // Only a capital that starts a word of prose: "RPC …" and "I/O …" keep theirs.
    let second = words.dropFirst().first
    return second.map { $0.isLowercase || $0 == " " } == true
      ? words.prefix(1).lowercased() + words.dropFirst() : words
  }

  package var description: String {
    subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
  }
}

/// The errno values that callers decide on; all others are only printed.
package enum ErrorCode {
  package static let notPermitted = EPERM
  package static let noEntry = ENOENT
  package static let noProcess = ESRCH
  package static let interrupted = EINTR
  package static let badDescriptor = EBADF
  package static let noChild = ECHILD
  package static let again = EAGAIN
  package static let access = EACCES
  package static let busy = EBUSY
  package static let exists = EEXIST
  package static let notDirectory = ENOTDIR
  package static let isDirectory = EISDIR
  package static let invalid = EINVAL
  package static let noSpace = ENOSPC
  package static let readOnly = EROFS
  package static let brokenPipe = EPIPE
  package static let noSystemCall = ENOSYS
  package static let notEmpty = ENOTEMPTY
  package static let loop = ELOOP
  package static let noExec = ENOEXEC
  package static let nameTooLong = ENAMETOOLONG
  package static let notSupported = EOPNOTSUPP
  package static let connectionRefused = ECONNREFUSED
  package static let connectionReset = ECONNRESET
  package static let connectionAborted = ECONNABORTED
  package static let crossDevice = EXDEV
  package static let range = ERANGE
  package static let noMemory = ENOMEM
  package static let messageSize = EMSGSIZE
  package static let noBuffers = ENOBUFS
  package static let notConnected = ENOTCONN
  package static let noDevice = ENODEV
  package static let addressNotAvailable = EADDRNOTAVAIL
  package static let addressInUse = EADDRINUSE
  package static let protocolNotSupported = EPROTONOSUPPORT
  package static let noDeviceOrAddress = ENXIO
  package static let inputOutput = EIO
  package static let noData = ENODATA
}
