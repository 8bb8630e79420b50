internal import CLinux
internal import Glibc

// The device filter of a v2 cgroup: an eBPF program that the kernel asks on every open and mknod of a device node
// (kernel Documentation/admin-guide/cgroup-v2.rst, "Device controller"). It gets a struct bpf_cgroup_dev_ctx and
// returns 1 to allow, 0 to deny.

/// What may be done with a device.
package struct DeviceAccess: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Spelled out, since the standard library's is generic and every first use of it costs a start some 10 µs.
  package init(arrayLiteral elements: DeviceAccess...) {
    var bits: RawValue = 0
    for element in elements { bits |= element.rawValue }
    rawValue = bits
  }

  private init(_ number: Int64) { rawValue = UInt32(truncatingIfNeeded: number) }

  package static let mknod = DeviceAccess(clinux_BPF_DEVCG_ACC_MKNOD)
  package static let read = DeviceAccess(clinux_BPF_DEVCG_ACC_READ)
  package static let write = DeviceAccess(clinux_BPF_DEVCG_ACC_WRITE)
}

/// Devices that a filter treats other than all the rest; nil numbers mean all.
package struct DeviceException: Sendable, Hashable {
  /// Block devices rather than character devices.
  package let isBlock: Bool
  package let major: UInt32?
  package let minor: UInt32?
  package var access: DeviceAccess

  package init(isBlock: Bool, major: UInt32?, minor: UInt32?, access: DeviceAccess) {
    self.isBlock = isBlock
    self.major = major
    self.minor = minor
    self.access = access
  }
}

/// The eBPF program for a filter: `struct bpf_insn`s of 8 bytes.
///
/// As in the v1 controller (security/device_cgroup.c), an exception that allows must cover all that is asked, one
/// that denies need only touch it.
/// - Parameter allowsByDefault: the answer where no exception applies; the exceptions say the opposite.
package func deviceFilterProgram(allowsByDefault: Bool, exceptions: [DeviceException]) -> [UInt8] {
  var program = FilterAssembler()
  program.load(.kind, offset: 0)
  program.and(.kind, 0xffff)
  program.load(.access, offset: 0)
  program.shiftRight(.access, 16)
  program.load(.major, offset: 4)
  program.load(.minor, offset: 8)
  for exception in exceptions {
    var block = FilterAssembler()
    if exception.access != [.mknod, .read, .write] {
      block.copy(.access, to: .scratch)
      block.and(.scratch, exception.access.rawValue)
      if allowsByDefault {
        block.skip(if: .scratch, equals: 0)
      } else {
        block.skip(ifDifferent: .scratch, .access)
      }
    }
    if let major = exception.major { block.skip(if: .major, differsFrom: major) }
    if let minor = exception.minor { block.skip(if: .minor, differsFrom: minor) }
    block.answer(!allowsByDefault)
    let kind = exception.isBlock ? clinux_BPF_DEVCG_DEV_BLOCK : clinux_BPF_DEVCG_DEV_CHAR
    program.skip(if: .kind, differsFrom: UInt32(truncatingIfNeeded: kind))
    program.append(block)
  }
  program.answer(allowsByDefault)
  return program.bytes
}

/// Writes eBPF instructions (linux/bpf.h, struct bpf_insn): code, registers, offset, immediate.
private struct FilterAssembler {
  private(set) var bytes: [UInt8] = []
  private var skips: [Int] = []

  /// R1 is the context until all is loaded, then scratch; R0 the answer.
  enum Register: UInt8 {
    case answer = 0, scratch, kind, access, major, minor
    static var context: Register { .scratch }
  }

  private mutating func emit(
    _ code: Int64, _ target: Register, _ source: Register? = nil, offset: Int16 = 0, value: UInt32 = 0
  ) {
    bytes.append(UInt8(truncatingIfNeeded: code))
    bytes.append((source?.rawValue ?? 0) << 4 | target.rawValue)
    unsafe withUnsafeBytes(of: offset) { unsafe bytes.append(contentsOf: $0) }
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func load(_ target: Register, offset: Int16) {
    emit(clinux_BPF_LDX | clinux_BPF_MEM | clinux_BPF_W, target, .context, offset: offset)
  }
  mutating func and(_ target: Register, _ value: UInt32) {
    emit(clinux_BPF_ALU | clinux_BPF_AND | clinux_BPF_K, target, value: value)
  }
  mutating func shiftRight(_ target: Register, _ bits: UInt32) {
    emit(clinux_BPF_ALU | clinux_BPF_RSH | clinux_BPF_K, target, value: bits)
  }
  mutating func copy(_ source: Register, to target: Register) {
    emit(clinux_BPF_ALU | clinux_BPF_MOV | clinux_BPF_X, target, source)
  }
  mutating func answer(_ allow: Bool) {
    emit(clinux_BPF_ALU | clinux_BPF_MOV | clinux_BPF_K, .answer, value: allow ? 1 : 0)
    emit(clinux_BPF_JMP | clinux_BPF_EXIT, .answer)
  }

  // A skip leads past the end of the block it stands in, whose length is known when the block is appended.
  mutating func skip(if register: Register, differsFrom value: UInt32) {
    skips.append(bytes.count)
    emit(clinux_BPF_JMP32 | clinux_BPF_JNE | clinux_BPF_K, register, value: value)
  }
  mutating func skip(if register: Register, equals value: UInt32) {
    skips.append(bytes.count)
    emit(clinux_BPF_JMP32 | clinux_BPF_JEQ | clinux_BPF_K, register, value: value)
  }
  mutating func skip(ifDifferent left: Register, _ right: Register) {
    skips.append(bytes.count)
    emit(clinux_BPF_JMP32 | clinux_BPF_JNE | clinux_BPF_X, left, right)
  }

  mutating func append(_ block: FilterAssembler) {
    let end = bytes.count + block.bytes.count
    let offset = bytes.count
    bytes += block.bytes
    for position in skips + block.skips.map({ $0 + offset }) {
      let distance = Int16((end - position) / 8 - 1)
      unsafe withUnsafeBytes(of: distance) {
        unsafe bytes.replaceSubrange(position + 2..<position + 4, with: $0)
      }
    }
    skips = []
  }
}
