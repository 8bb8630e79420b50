/// What stands in a container's `/etc/hostname`.
package enum NetworkFiles {
  /// The container's hostname file.
  package static func hostname(_ name: String) -> String { name + "\n" }
}
