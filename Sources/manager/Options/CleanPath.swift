/// An absolute path without empty components, `.` and `..`, as Go's `path.Clean` gives it; no file is looked at.
package func cleanPath(_ path: String) -> String {
  var components: [Substring] = []
  // By bytes, as the kernel reads it: as a character, a slash may be hidden under a combining mark.
  for component in path.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init) {
    switch component {
    case ".": continue
    case "..": _ = components.popLast()
    default: components.append(component)
    }
  }
  return "/" + components.joined(separator: "/")
}
