internal import Glibc

// The single place that reads errno. Each wrapper of this room makes its call inside `check`, which turns -1 into
// a SystemError at once, before anything else can overwrite errno, and repeats a call that a signal interrupted.

/// Runs `call` until it is not interrupted by a signal.
/// - Returns: its result, which is not negative.
/// - Throws: `SystemError` with the name, the errno and the subject.
@inline(__always)
func check<Result: SignedInteger>(
  _ name: StaticString, _ subject: @autoclosure () -> String = "", _ call: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    let code = errno
    if code == EINTR { continue }
    throw SystemError("\(name)", code: code, subject: subject())
  }
}

/// Like `check`, for what need not be there: nil, and no error to make, where there is nothing by that name. Lists ask for
/// hundreds of files that are not there.
@inline(__always)
func checkIfThere(
  _ name: StaticString, _ subject: @autoclosure () -> String, _ call: () -> Int32
) throws(SystemError) -> Int32? {
  while true {
    let result = call()
    if result >= 0 { return result }
    let code = errno
    if code == EINTR { continue }
    if code == ENOENT { return nil }
    throw SystemError("\(name)", code: code, subject: subject())
  }
}

/// Like `check`, for calls whose result carries nothing. Also for the one library beside this room that reports
/// through errno (libcap).
@inline(__always)
package func checkDone<Result: SignedInteger>(
  _ name: StaticString, _ subject: @autoclosure () -> String = "", _ call: () -> Result
) throws(SystemError) {
  let _: Result = try check(name, subject(), call)
}

/// The same for the usual result, so that other rooms need not call what is generic (which is slow across modules).
package func checkDone(
  _ name: StaticString, _ subject: @autoclosure () -> String = "", _ call: () -> Int32
) throws(SystemError) {
  let _: Int32 = try check(name, subject(), call)
}
