internal import OCIRuntimeSpec

// Annotations that crun has made up and that engines write because crun is what they know (crun(1); podman's
// libpod/define/annotations.go). Those that are honoured; spec/runtime-cli.md says why the others are not.

/// Their names.
enum CrunAnnotation {
  static let keptGroups = "run.oci.keep_original_groups"
  static let mountLabelOption = "run.oci.mount_context_type"
  static let knownSystemCalls = "run.oci.seccomp_fail_unknown_syscall"
  static var all: [String] { [keptGroups, mountLabelOption, knownSystemCalls] }
}

extension RuntimeSpec {
  /// Whether processes keep the supplementary groups of whoever starts them, and get none of their own: podman's
  /// `--group-add keep-groups`, for files that a user without root may use only as a member of a group.
  var keepsGroups: Bool { isSet(CrunAnnotation.keptGroups) }

  /// Whether a filter with a system call that nobody knows is refused instead of made without it.
  var knowsItsSystemCalls: Bool { isSet(CrunAnnotation.knownSystemCalls) }

  /// The mount option that carries `linux.mountLabel`. podman's `label=nested` asks for `rootcontext`: then the files in a
  /// mount may get labels of their own.
  var mountLabelOption: String { annotations?[CrunAnnotation.mountLabelOption] ?? "context" }

  /// That option with the label; nil without one.
  var mountLabelData: String? {
    guard let label = linux?.mountLabel, !label.isEmpty else { return nil }
    return "\(mountLabelOption)=\"\(label)\""
  }

  /// Another word would become a mount option of its own.
  var mountLabelOptionViolations: [Violation] {
    let option = mountLabelOption
    if ["context", "fscontext", "defcontext", "rootcontext"].contains(option) { return [] }
    return [
      Violation(
        "annotations[\"\(CrunAnnotation.mountLabelOption)\"]",
        "unknown type \"\(option)\", expected context, fscontext, defcontext or rootcontext")
    ]
  }

  /// Anything but 0 is yes (crun).
  private func isSet(_ name: String) -> Bool {
    guard let value = annotations?[name] else { return false }
    return value != "0"
  }
}
