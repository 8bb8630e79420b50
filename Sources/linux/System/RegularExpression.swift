internal import CLinux
internal import Glibc

/// Whether an extended regular expression is found in `text` (regex(7)).
/// - Throws: `SystemError` with EINVAL when it is none. Calls `regcomp(3)`, `regexec(3)`.
package func matches(_ text: String, expression: String) throws(SystemError) -> Bool {
  switch unsafe clinux_matches(expression, text) {
  case 0: true
  case 1: false
  default: throw SystemError("regcomp", code: EINVAL, subject: expression)
  }
}
