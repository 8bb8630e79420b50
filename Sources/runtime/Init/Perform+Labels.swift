internal import LinuxSecurity
internal import LinuxSystem

/// Opens the file for the label of the program, to be written when /proc is the container's or nobody's.
func openLabel(_ module: SecurityModule, _ context: inout InitContext) throws(SystemError) {
  context.label = try openLabelFile(module)
}

/// Writes the label and lets go of the file.
func applyLabel(
  _ module: SecurityModule, _ label: String, _ context: inout InitContext
) throws(SystemError) {
  guard let file = context.label.take() else { throw SystemError("label", code: ErrorCode.badDescriptor) }
  try writeLabel(label, of: module, to: file)
}

/// Labels what is mounted at a path of the container; for file systems that take no label as a mount option.
func labelMount(_ path: String, _ label: String, _ context: borrowing InitContext) throws(SystemError) {
  try setExtendedAttribute(
    "security.selinux", Array(label.utf8) + [0], of: try context.open(path, [.readOnly, .directory]))
}
