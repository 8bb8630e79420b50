internal import CLinux
internal import Glibc

// Programs on a cgroup are told apart by their names: systemd attaches filters of its own (`sd_devices`), which stay.

/// What the kernel calls our programs: at most 15 letters, digits, `_` and `.` (bpf(2), BPF_PROG_LOAD).
private let filterName = "apus_devices"

/// Puts a device filter on a cgroup, beside those that are there: each of them must allow.
/// Calls `bpf(2)` BPF_PROG_LOAD, BPF_PROG_ATTACH.
package func attachDeviceFilter(_ program: [UInt8], to cgroup: borrowing OwnedDescriptor) throws(SystemError)
{
  try attach(try load(program), to: cgroup, replacing: nil)
}

/// Puts a device filter in the place of the one that `attachDeviceFilter` has put on a cgroup, in one step: every open
/// is asked of the one or of the other. Calls `bpf(2)` BPF_PROG_ATTACH with BPF_F_REPLACE (Linux 5.6), BPF_PROG_DETACH.
/// - Parameters:
///   - program: nil takes the filter away.
///   - hadFilter: whether there is one to replace.
/// - Throws: `SystemError`; ENOENT when there should be a filter and is none of ours: a second one beside it could only
///   deny more.
package func replaceDeviceFilter(
  with program: [UInt8]?, on cgroup: borrowing OwnedDescriptor, hadFilter: Bool
) throws(SystemError) {
  let target = cgroup.raw
  switch try ownFilter(on: cgroup) {
  case .some(let old):
    let number = old.raw
    if let program { return try attach(try load(program), to: cgroup, replacing: number) }
    try checkDone("bpf", "detach device filter") { clinux_bpf_detach_cgroup_device(target, number) }
  case .none:
    if hadFilter { throw SystemError("bpf", code: ENOENT, subject: "the cgroup's own device filter") }
    if let program { try attach(try load(program), to: cgroup, replacing: nil) }
  }
}

private func load(_ program: [UInt8]) throws(SystemError) -> OwnedDescriptor {
  let instructions = UInt32(program.count / 8)
  return OwnedDescriptor(
    owning: try check("bpf", "load device filter") {
      unsafe program.withUnsafeBytes {
        unsafe clinux_bpf_load_cgroup_device($0.baseAddress, instructions, "Apache-2.0", filterName)
      }
    })
}

/// The kernel keeps the program for as long as the cgroup lives; the descriptor may close.
private func attach(
  _ filter: borrowing OwnedDescriptor, to cgroup: borrowing OwnedDescriptor, replacing old: Int32?
) throws(SystemError) {
  let (target, number) = (cgroup.raw, filter.raw)
  let flags = clinux_BPF_F_ALLOW_MULTI | (old == nil ? 0 : clinux_BPF_F_REPLACE)
  try checkDone("bpf", "attach device filter") {
    clinux_bpf_attach_cgroup_device(target, number, old ?? 0, UInt32(flags))
  }
}

/// Calls `bpf(2)` BPF_PROG_QUERY, BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD.
private func ownFilter(on cgroup: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor? {
  let target = cgroup.raw
  // More than the kernel lets anybody attach (BPF_CGROUP_MAX_PROGS).
  var identifiers = [UInt32](repeating: 0, count: 64)
  var count = UInt32(identifiers.count)
  try checkDone("bpf", "query device filters") {
    unsafe identifiers.withUnsafeMutableBufferPointer {
      unsafe clinux_bpf_query_cgroup_device(target, $0.baseAddress, &count)
    }
  }
  for identifier in identifiers.prefix(Int(count)) {
    let program = OwnedDescriptor(
      owning: try check("bpf", "open device filter") { clinux_bpf_open_program(identifier) })
    if try name(of: program) == filterName { return program }
  }
  return nil
}

private func name(of program: borrowing OwnedDescriptor) throws(SystemError) -> String {
  let number = program.raw
  var name = [UInt8](repeating: 0, count: 16)
  try checkDone("bpf", "device filter") {
    unsafe name.withUnsafeMutableBytes {
      unsafe clinux_bpf_program_name(number, $0.bindMemory(to: CChar.self).baseAddress)
    }
  }
  return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
}
