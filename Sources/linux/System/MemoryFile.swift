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

/// Makes a file in memory that holds `bytes` and can never be changed again, as a reader that trusts nobody wants it.
/// Calls `memfd_create(2)`, `write(2)`, `fcntl(2)` F_ADD_SEALS.
package func makeSealedMemoryFile(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> OwnedDescriptor {
  let flags = UInt32(clinux_MFD_CLOEXEC | clinux_MFD_ALLOW_SEALING)
  let file = OwnedDescriptor(
    owning: try check("memfd_create", name) { unsafe clinux_memfd_create(name, flags) })
  try file.writeAll(bytes)
  let number = file.raw
  let seals = clinux_F_SEAL_SHRINK | clinux_F_SEAL_GROW | clinux_F_SEAL_WRITE | clinux_F_SEAL_SEAL
  try checkDone("fcntl F_ADD_SEALS") { clinux_fcntl(number, Int32(clinux_F_ADD_SEALS), seals) }
  return file
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
