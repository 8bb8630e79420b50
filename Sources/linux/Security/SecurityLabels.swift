package import LinuxSystem

// The labels of security modules that a process takes on with its next program. A process tells the kernel by writing to
// a file of its own in procfs; nobody else can (proc_pid_attr(5)).

/// The security modules that label processes.
package enum SecurityModule: String, Sendable {
  case appArmor = "AppArmor"
  case seLinux = "SELinux"

  /// Whether the running kernel enforces it: AppArmor's own parameter says so, and SELinux's file system is mounted.
  package var isEnabled: Bool {
    switch self {
    case .appArmor:
      do throws(SystemError) {
        return try readText("/sys/module/apparmor/parameters/enabled") == "Y"
      } catch { return false }
    case .seLinux:
      do throws(SystemError) {
        return try fileSystemType(of: try openFile("/sys/fs/selinux", [.path, .directory]))
          == FileSystemMagic.selinux
      } catch { return false }
    }
  }

  /// Where the label of the next program is written, below the process's directory. AppArmor has one of its own since
  /// Linux 5.8, beside the one that modules share.
  fileprivate var files: [String] {
    switch self {
    case .appArmor: ["attr/apparmor/exec", "attr/exec"]
    case .seLinux: ["attr/exec"]
    }
  }
}

/// Opens the file to which the label of this process's next program is written.
///
/// Through the host's procfs, while that is at /proc: below a descriptor that is procfs, over no link and into no other
/// mount, so that a write cannot go to a file that lies there and takes it without effect (CVE-2019-16884,
/// CVE-2019-19921).
package func openLabelFile(_ module: SecurityModule) throws(SystemError) -> OwnedDescriptor {
  let own = try openOwnProcess()
  for file in module.files.dropLast() {
    do throws(SystemError) { return try openBeneath(own, file, .writeOnly) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
    }
  }
  return try openBeneath(own, module.files.last ?? "", .writeOnly)
}

/// Takes the label on with the next program; an unknown one is an error now.
/// - Parameter file: from `openLabelFile`.
package func writeLabel(
  _ label: String, of module: SecurityModule, to file: borrowing OwnedDescriptor
) throws(SystemError) {
  let bytes = Array((module == .appArmor ? "exec \(label)" : label).utf8)
  guard try file.write(bytes) == bytes.count else {
    throw SystemError("write", code: ErrorCode.inputOutput, subject: "label")
  }
}

/// Gives keys and keyrings that this process makes an SELinux label, until its next program.
package func setKeyLabel(_ label: String) throws(SystemError) {
  let file = try openBeneath(try openOwnProcess(), "attr/keycreate", .writeOnly)
  try file.writeAll(label)
}

/// This process's directory in procfs, by number: `self` is a link.
private func openOwnProcess() throws(SystemError) -> OwnedDescriptor {
  let root = try openFile("/proc", [.path, .directory])
  guard try fileSystemType(of: root) == FileSystemMagic.proc else {
    throw SystemError("label", code: ErrorCode.invalid, subject: "/proc is not procfs")
  }
  return try openBeneath(root, try readLink("/proc/self"), [.path, .directory])
}
