internal import CLinux
internal import Glibc

/// The size of a terminal's window, in character cells.
package struct WindowSize: Sendable, Equatable {
  package var columns: UInt16
  package var rows: UInt16
  package init(columns: UInt16, rows: UInt16) {
    self.columns = columns
    self.rows = rows
  }
}

/// Unlocks and opens the other side of a pseudo-terminal by ioctl on its main side, not by a path, which the image
/// could have replaced (CVE-2025-52565). Calls `ioctl(2)` TIOCSPTLCK, TIOCGPTPEER.
/// - Parameter main: an opened `/dev/ptmx` or `/dev/pts/ptmx`.
package func openTerminalPeer(of main: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor {
  let number = main.raw
  var unlock: Int32 = 0
  try checkDone("ioctl TIOCSPTLCK") {
    unsafe withUnsafePointer(to: &unlock) { pointer in
      clinux_ioctl(number, UInt64(clinux_TIOCSPTLCK), UInt64(UInt(bitPattern: pointer)))
    }
  }
  return OwnedDescriptor(
    owning: try check("ioctl TIOCGPTPEER") {
      clinux_ioctl(number, UInt64(clinux_TIOCGPTPEER), UInt64(O_RDWR | O_NOCTTY | O_CLOEXEC))
    })
}

/// Makes the terminal the controlling one of this session; the caller must lead the session. Calls `ioctl(2)`
/// TIOCSCTTY.
package func takeControllingTerminal(_ terminal: borrowing OwnedDescriptor) throws(SystemError) {
  let number = terminal.raw
  try checkDone("ioctl TIOCSCTTY") { clinux_ioctl(number, UInt64(clinux_TIOCSCTTY), 0) }
}

/// Sets a terminal's window size; its foreground processes get SIGWINCH. Calls `ioctl(2)` TIOCSWINSZ.
package func setWindowSize(_ terminal: borrowing OwnedDescriptor, _ size: WindowSize) throws(SystemError) {
  let number = terminal.raw
  try checkDone("ioctl TIOCSWINSZ") { clinux_window_size_set(number, size.columns, size.rows) }
}

/// Has a terminal's lines end as those of files do, without a carriage return. Calls `tcsetattr(3)`.
package func endLinesPlainly(_ terminal: borrowing OwnedDescriptor) throws(SystemError) {
  let number = terminal.raw
  var settings = termios()
  try checkDone("tcgetattr") { unsafe tcgetattr(number, &settings) }
  settings.c_oflag &= ~tcflag_t(ONLCR)
  try checkDone("tcsetattr") { unsafe tcsetattr(number, TCSANOW, &settings) }
}
