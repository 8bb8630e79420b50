internal import CLinux
internal import Glibc

/// A new file system, mounted nowhere yet; `attachMount` puts it in place. Calls `fsopen(2)`, `fsconfig(2)`,
/// `fsmount(2)`.
/// - Parameters:
///   - options: the file system's own, in order: `(key, value)`; a value of nil sets a flag. Values up to 256 bytes.
///   - attributes: the mount's, such as read-only.
package func makeFileSystem(
  _ type: String, options: [(String, String?)] = [], attributes: MountAttributes = []
) throws(SystemError) -> OwnedDescriptor {
  let setup = OwnedDescriptor(
    owning: try check("fsopen", type) { unsafe clinux_fsopen(type, UInt32(clinux_FSOPEN_CLOEXEC)) })
  let number = setup.raw
  for (key, value) in options {
    try checkDone("fsconfig", "\(type) \(key)=\(value ?? "")") {
      guard let value else {
        return unsafe clinux_fsconfig(number, UInt32(clinux_FSCONFIG_SET_FLAG), key, nil, 0)
      }
      return unsafe value.withCString { text in
        unsafe clinux_fsconfig(number, UInt32(clinux_FSCONFIG_SET_STRING), key, text, 0)
      }
    }
  }
  try checkDone("fsconfig", "\(type) create") {
    clinux_fsconfig(number, UInt32(clinux_FSCONFIG_CMD_CREATE), nil, nil, 0)
  }
  return OwnedDescriptor(
    owning: try check("fsmount", type) {
      clinux_fsmount(number, UInt32(clinux_FSMOUNT_CLOEXEC), UInt32(attributes.rawValue))
    })
}
