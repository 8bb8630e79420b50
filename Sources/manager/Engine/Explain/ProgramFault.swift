internal import Options

/// Why a program cannot be executed, by name; prints as the sentence that is added to the runtime's words.
package enum ProgramFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// A name that no directory of PATH has.
  case notOnPath(String, directories: [String])
  /// A path at which nothing is, with the part of it that is missing.
  case missing(String)
  /// A directory.
  case directory(String)
  /// A file without an execute bit; its permissions.
  case notExecutable(String, permissions: UInt32)
  /// A file that others may execute, and this user may not.
  case notExecutableBy(userID: UInt32, String, permissions: UInt32, owner: String)
  /// Nothing in it.
  case empty(String)
  /// A script whose first line names nobody.
  case noInterpreter(script: String)
  /// A script whose first line the kernel does not read to its end.
  case shebangTooLong(script: String)
  /// A script that was written on Windows.
  case carriageReturn(script: String, interpreter: String)
  /// A script whose interpreter is not there.
  case missingInterpreter(script: String, interpreter: String)
  /// A script whose interpreter cannot be executed itself.
  indirect case badInterpreter(script: String, interpreter: ProgramFault)
  /// A text without a first line that names an interpreter; whether it looks like text at all.
  case noFormat(String, isText: Bool)
  /// Only the beginning of a program.
  case truncated(String)
  /// An object file, a library's part, a core dump.
  case notAProgram(String)
  /// A program for another processor, and this machine's.
  case otherMachine(String, made: String, here: String, isHandled: Bool)
  /// A program whose dynamic loader is not there.
  case missingLoader(String, loader: String)

  /// What is wrong, and what would help.
  package var description: String {
    switch self {
    case .notOnPath(let name, let directories):
      if name.contains(" ") {
        "the program's name is all of \(quoted(name)): give the program and its arguments as words of their own, "
          + "or run a shell (sh -c)"
      } else {
        "the image has no \(quoted(name)) in \(directories.joined(separator: ":"))"
      }
    case .missing(let path): "the container has no \(quoted(path))"
    case .directory(let path): "\(quoted(path)) is a directory; name a program"
    case .notExecutable(let path, let permissions):
      "\(quoted(path)) has no execute bit (mode \(octal(permissions))); chmod +x it in the image"
    case .notExecutableBy(let userID, let path, let permissions, let owner):
      "user \(userID) may not execute \(quoted(path)) (mode \(octal(permissions)), owner \(owner))"
    case .empty(let path): "\(quoted(path)) is empty"
    case .noInterpreter(let script): "the first line of \(quoted(script)) names no interpreter after \"#!\""
    case .shebangTooLong(let script):
      "the first line of \(quoted(script)) is too long: the kernel reads \(Shebang.kernelReads) bytes of it"
    case .carriageReturn(let script, let interpreter):
      "the first line of \(quoted(script)) ends in a carriage return, so its interpreter is \(quoted(interpreter)); "
        + "give the file Unix line ends (sed -i 's/\\r$//')"
    case .missingInterpreter(let script, let interpreter):
      "the script \(quoted(script)) needs the interpreter \(quoted(interpreter)), which the container does not have"
    case .badInterpreter(let script, let fault): "the interpreter of the script \(quoted(script)): \(fault)"
    case .noFormat(let path, let isText):
      isText
        ? "\(quoted(path)) is a text without \"#!\" in front: its first line must name an interpreter, such as #!/bin/sh"
        : "\(quoted(path)) is neither an ELF program nor a script"
    case .truncated(let path): "\(quoted(path)) is an ELF program of which only the beginning is there"
    case .notAProgram(let path): "\(quoted(path)) is an ELF file, but no program"
    case .otherMachine(let path, let made, let here, let isHandled):
      isHandled
        ? "\(quoted(path)) is made for \(made), and the emulator that binfmt_misc has for it is not in the container; "
          + "register it with the flag F"
        : "\(quoted(path)) is made for \(made), and this machine is \(here); take an image for linux/\(here), or "
          + "register an emulator with binfmt_misc (qemu-user-static)"
    case .missingLoader(let path, let loader):
      "\(quoted(path)) needs the loader \(quoted(loader)), which the container does not have; take an image with its C "
        + "library, or link it statically"
    }
  }
}

/// Permission bits as chmod(1) takes them.
private func octal(_ permissions: UInt32) -> String { "0" + String(permissions, radix: 8) }
