internal import CLinux
internal import Glibc

extension StandardDescriptor {
  /// Whether it is a terminal. Calls `isatty(3)`.
  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The window size of the terminal that it is; nil when it is none. Calls `ioctl(2)` TIOCGWINSZ.
  package func windowSize() -> WindowSize? {
    var columns: UInt16 = 0
    var rows: UInt16 = 0
    let result = unsafe clinux_window_size_get(rawValue, &columns, &rows)
    return result == 0 ? WindowSize(columns: columns, rows: rows) : nil
  }
}

/// The user's terminal in raw mode; its old settings return when the value ends.
package struct RawTerminal: ~Copyable {
  private let descriptor: Int32
  private let saved: termios

  /// Puts the terminal into raw mode, as `cfmakeraw(3)` has it. Calls `tcsetattr(3)`.
  /// - Parameter keepsOutput: what is written to it is treated as before, so that lines still begin at the left.
  package init(_ terminal: StandardDescriptor, keepsOutput: Bool = false) throws(SystemError) {
    let number = terminal.rawValue
    var settings = termios()
    try checkDone("tcgetattr") { unsafe tcgetattr(number, &settings) }
    let original = settings
    unsafe cfmakeraw(&settings)
    if keepsOutput { settings.c_oflag = original.c_oflag }
    try checkDone("tcsetattr") { unsafe tcsetattr(number, TCSADRAIN, &settings) }
    descriptor = number
    saved = original
  }

  deinit {
    var settings = saved
    _ = unsafe tcsetattr(descriptor, TCSADRAIN, &settings)
  }
}
