internal import CLinux
internal import Glibc

/// Makes an empty file that lives in memory, for libraries that only write to descriptors. `name` is for /proc
/// alone. Calls `memfd_create(2)`.
package func makeMemoryFile(_ name: String) throws(SystemError) -> OwnedDescriptor {
  OwnedDescriptor(
    owning: try check("memfd_create", name) {
      unsafe clinux_memfd_create(name, UInt32(clinux_MFD_CLOEXEC))
    })
}

/// Goes to where the last `bytes` of an open file begin, or to its start when there are fewer. Calls `lseek(2)`.
package func rewind(_ file: borrowing OwnedDescriptor, toLast bytes: Int64) throws(SystemError) {
  let number = file.raw
  let end = Int64(try check("lseek") { lseek(number, 0, SEEK_END) })
  try checkDone("lseek") { lseek(number, off_t(max(0, end - bytes)), SEEK_SET) }
}

/// Goes back to the start of an open file, so that it can be read. Calls `lseek(2)`.
package func rewind(_ file: borrowing OwnedDescriptor) throws(SystemError) {
  let number = file.raw
  try checkDone("lseek") { lseek(number, 0, SEEK_SET) }
}
