internal import LinuxSystem

/// The options of a mount, sorted (runtime-spec config.md, Linux mount options; mount(8) for the words).
struct MountOptions: Equatable {
  /// mount(2) flags for a new file system.
  var flags: MountFlags = []
  /// The same for a bind: attributes to set and to clear.
  var set: MountAttributes = []
  var clear: MountAttributes = []
  var recursiveSet: MountAttributes = []
  var recursiveClear: MountAttributes = []
  var propagation: [MountFlags] = []
  var isBind = false
  var isRecursiveBind = false
  /// `idmap`, or `ridmap` for the mounts below too.
  var idMap: IDMap?
  /// `tmpcopyup`.
  var copiesUp = false
  /// What is none of these belongs to the file system.
  var data: [String] = []

  /// How far an id mapping goes.
  enum IDMap { case topmost, recursive }

  /// The same as mount(2) takes it, with commas; nil when there is nothing. (Not by `joined`, which looks up conformances when
  /// it is first used: 0.03 ms of each start.)
  var dataText: String? {
    var text: String?
    for option in data { text = text.map { "\($0),\(option)" } ?? option }
    return text
  }

  /// What an option that is known does.
  private enum Meaning {
    case nothing
    case flag(MountFlags, MountAttributes)
    case clearFlag(MountFlags, MountAttributes)
    case recursive(MountAttributes)
    case clearRecursive(MountAttributes)
    case propagation(MountFlags)
    case bind(recursive: Bool)
    case idMap(IDMap)
    case copyUp
  }

  /// Sorts `options`.
  init(_ options: [String]) {
    // buildah 1.43 splits the options of a volume that has none, which gives an empty one; the kernel passes them over.
    for option in options where !option.isEmpty {
      switch MountOptions.meaning(option) {
      case nil: data.append(option)
      case .nothing?: break
      case .flag(let flag, let attribute)?: addFlag(flag, attribute)
      case .clearFlag(let flag, let attribute)?:
        flags.subtract(flag)
        set.subtract(attribute)
        clear.formUnion(attribute)
      case .recursive(let attribute)?: addRecursive(attribute)
      case .clearRecursive(let attribute)?:
        recursiveSet.subtract(attribute)
        recursiveClear.formUnion(attribute)
      case .propagation(let flag)?: propagation.append(flag)
      case .bind(let recursive)?:
        isBind = true
        isRecursiveBind = isRecursiveBind || recursive
      case .idMap(let extent)?: idMap = extent
      case .copyUp?: copiesUp = true
      }
    }
  }

  private mutating func addFlag(_ flag: MountFlags, _ attribute: MountAttributes) {
    flags.formUnion(flag)
    clear.subtract(attribute)
    if !attribute.isDisjoint(with: .accessTimeMask) || flag == .relativeAccessTime {
      // Access time is one field of several values: it is replaced as a whole, and two values at once are EINVAL
      // (mount_setattr(2)).
      set.subtract(.accessTimeMask)
      clear.formUnion(.accessTimeMask)
    }
    set.formUnion(attribute)
  }

  private mutating func addRecursive(_ attribute: MountAttributes) {
    recursiveClear.subtract(attribute)
    if !attribute.isDisjoint(with: .accessTimeMask) {
      recursiveSet.subtract(.accessTimeMask)
      recursiveClear.formUnion(.accessTimeMask)
    }
    recursiveSet.formUnion(attribute)
  }

  /// What an option means; nil when it is the file system's own. A list is searched: a dictionary would be built anew
  /// in each process, for half a dozen look-ups.
  private static func meaning(_ option: String) -> Meaning? { meanings.first { $0.0 == option }?.1 }

  /// Every name, for `features`, sorted.
  static var supported: [String] { meanings.map(\.0).sorted() }

  // `relatime` is the value 0 of the access-time field, so it only clears; so do the "not …" of the others.
  private static let meanings: [(String, Meaning)] = [
    ("defaults", .nothing), ("loud", .clearFlag(.silent, [])), ("silent", .flag(.silent, [])),
    ("ro", .flag(.readOnly, .readOnly)), ("rw", .clearFlag(.readOnly, .readOnly)),
    ("nosuid", .flag(.noSetUID, .noSetUID)), ("suid", .clearFlag(.noSetUID, .noSetUID)),
    ("nodev", .flag(.noDevices, .noDevices)), ("dev", .clearFlag(.noDevices, .noDevices)),
    ("noexec", .flag(.noExecution, .noExecution)), ("exec", .clearFlag(.noExecution, .noExecution)),
    ("nosymfollow", .flag(.noSymbolicLinks, .noSymbolicLinks)),
    ("symfollow", .clearFlag(.noSymbolicLinks, .noSymbolicLinks)),
    ("noatime", .flag(.noAccessTime, .noAccessTime)), ("atime", .clearFlag(.noAccessTime, .accessTimeMask)),
    ("nodiratime", .flag(.noDirectoryAccessTime, .noDirectoryAccessTime)),
    ("diratime", .clearFlag(.noDirectoryAccessTime, .noDirectoryAccessTime)),
    ("relatime", .flag(.relativeAccessTime, [])), ("norelatime", .clearFlag(.relativeAccessTime, [])),
    ("strictatime", .flag(.strictAccessTime, .strictAccessTime)),
    ("nostrictatime", .clearFlag(.strictAccessTime, .accessTimeMask)),
    ("sync", .flag(.synchronous, [])), ("async", .clearFlag(.synchronous, [])),
    ("dirsync", .flag(.directorySynchronous, [])), ("mand", .flag(.mandatoryLocks, [])),
    ("nomand", .clearFlag(.mandatoryLocks, [])), ("iversion", .flag(.inodeVersion, [])),
    ("noiversion", .clearFlag(.inodeVersion, [])), ("lazytime", .flag(.lazyTime, [])),
    ("nolazytime", .clearFlag(.lazyTime, [])),
    ("bind", .bind(recursive: false)), ("rbind", .bind(recursive: true)),
    ("private", .propagation(.private)), ("rprivate", .propagation([.private, .recursive])),
    ("slave", .propagation(.slave)), ("rslave", .propagation([.slave, .recursive])),
    ("shared", .propagation(.shared)), ("rshared", .propagation([.shared, .recursive])),
    ("unbindable", .propagation(.unbindable)), ("runbindable", .propagation([.unbindable, .recursive])),
    ("rro", .recursive(.readOnly)), ("rrw", .clearRecursive(.readOnly)),
    ("rnosuid", .recursive(.noSetUID)), ("rsuid", .clearRecursive(.noSetUID)),
    ("rnodev", .recursive(.noDevices)), ("rdev", .clearRecursive(.noDevices)),
    ("rnoexec", .recursive(.noExecution)), ("rexec", .clearRecursive(.noExecution)),
    ("rnosymfollow", .recursive(.noSymbolicLinks)), ("rsymfollow", .clearRecursive(.noSymbolicLinks)),
    ("rnoatime", .recursive(.noAccessTime)), ("ratime", .clearRecursive(.accessTimeMask)),
    ("rnodiratime", .recursive(.noDirectoryAccessTime)),
    ("rdiratime", .clearRecursive(.noDirectoryAccessTime)),
    ("rrelatime", .clearRecursive(.accessTimeMask)), ("rnorelatime", .clearRecursive(.accessTimeMask)),
    ("rstrictatime", .recursive(.strictAccessTime)), ("rnostrictatime", .clearRecursive(.accessTimeMask)),
    ("remount", .flag(.remount, [])), ("idmap", .idMap(.topmost)), ("ridmap", .idMap(.recursive)),
    ("tmpcopyup", .copyUp),
  ]
}
