extension MountOption {
  /// Reads the value of `--mount`: `type=…,source=…,target=…` (docker/cli, opts/mount.go).
  /// - Parameter workingDirectory: from which `source=./data` is meant.
  /// - Throws: `OptionError` in docker's words; what `workingDirectory` throws.
  package init(mount value: String, workingDirectory: () throws -> String) throws {
    self = try MountFields(value).option(workingDirectory)
  }
}

/// The fields of `--mount`, read one by one.
private struct MountFields {
  private let value: String
  private var type = "volume"
  private var source = ""
  private var target = ""
  private var readOnly = false
  private var propagation: MountPropagation?
  private var recursion: MountOption.Recursion?
  private var choice = VolumeChoice(name: nil)
  private var tmpfs: [String] = []
  /// `volume-subpath` or `image-subpath`.
  private var subpath: String?
  /// The first key of each family that belongs to one type only: `bind`, `volume`, `tmpfs`, `image`.
  private var families: Set<String> = []

  init(_ value: String) throws(OptionError) {
    self.value = value
    for field in try commaSeparatedFields(value, problem) { try read(field) }
  }

  private func problem(_ text: String) -> OptionError { OptionError("--mount", value, text) }

  private mutating func read(_ field: String) throws(OptionError) {
    let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let key = (parts.first ?? "").lowercased()
    if let dash = key.firstIndex(of: "-") { families.insert(String(key[..<dash])) }
    if parts.count == 1 {
      switch key {
      case "readonly", "ro": readOnly = true
      case "volume-nocopy": choice.copies = false
      case "bind-nonrecursive": recursion = .disabled
      default: throw problem("invalid field '\(field)' must be a key=value pair")
      }
      return
    }
    try read(key, parts[1], field)
  }

  private mutating func read(_ key: String, _ text: String, _ field: String) throws(OptionError) {
    switch key {
    case "type": type = text.lowercased()
    case "source", "src": source = text
    case "target", "dst", "destination": target = text
    case "readonly", "ro": readOnly = try boolean(key, text)
    // A hint for a virtual machine between two file systems; there is none.
    case "consistency": break
    case "bind-propagation":
      guard let named = MountPropagation(rawValue: text.lowercased()) else {
        throw problem("invalid propagation mode: \(text)")
      }
      propagation = named
    case "bind-nonrecursive": recursion = try boolean(key, text) ? .disabled : .standard
    case "bind-recursive": recursion = try recursion(key, text)
    case "volume-subpath", "image-subpath": subpath = text.isEmpty ? nil : text
    case "volume-nocopy": choice.copies = !(try boolean(key, text))
    case "volume-label": choice.labels.append(try Label(text))
    case "volume-driver":
      guard text == "local" else {
        throw problem("error looking up volume plugin \(text): plugin \(quoted(text)) not found")
      }
    case "volume-opt": choice.options.append(try VolumeDriverOption(text, option: "--mount"))
    case "tmpfs-size":
      guard let bytes = TmpfsSize.parse(text) else { throw problem("invalid value for \(key): \(text)") }
      tmpfs.append("size=\(bytes)")
    case "tmpfs-mode":
      guard let mode = UInt32(text, radix: 8) else { throw problem("invalid value for \(key): \(text)") }
      tmpfs.append("mode=\(String(mode, radix: 8))")
    default: throw problem("unexpected key '\(key)' in '\(field)'")
    }
  }

  private func boolean(_ key: String, _ text: String) throws(OptionError) -> Bool {
    // Go's strconv.ParseBool.
    switch text {
    case "1", "t", "T", "TRUE", "true", "True": return true
    case "0", "f", "F", "FALSE", "false", "False": return false
    default: throw problem("invalid value for \(key): \(text)")
    }
  }

  private func recursion(_ key: String, _ text: String) throws(OptionError) -> MountOption.Recursion {
    switch text {
    case "enabled": return .standard
    case "disabled": return .disabled
    case "writable": return .writable
    case "readonly": return .readonly
    default:
      throw problem(
        "invalid value for \(key): \(text) (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")"
      )
    }
  }

  func option(_ workingDirectory: () throws -> String) throws -> MountOption {
    guard !type.isEmpty else { throw problem("type is required") }
    guard ["bind", "volume", "tmpfs", "image"].contains(type) else {
      throw problem(
        ["npipe", "cluster"].contains(type)
          ? "mounts of type \(type) are not made here; there are bind, volume, tmpfs and image"
          : "invalid mount config for type \(quoted(type)): mount type unknown: \(quoted(type))")
    }
    guard !target.isEmpty else { throw problem("target is required") }
    for family in families.subtracting([type]).sorted() {
      throw problem("cannot mix '\(family)-*' options with mount type '\(type)'")
    }
    try checkReadOnly()
    var option = MountOption(
      try kind(workingDirectory), destination: try MountOption.destination(target, problem), flag: .mount)
    option.readOnly = readOnly
    option.recursion = recursion ?? .standard
    option.propagation = propagation
    return option
  }

  private func checkReadOnly() throws(OptionError) {
    guard recursion == .writable || recursion == .readonly else { return }
    let name = "bind-recursive=\(recursion == .writable ? "writable" : "readonly")"
    guard readOnly else {
      throw problem("option '\(name)' requires 'readonly' to be specified in conjunction")
    }
    guard recursion == .writable || propagation == .rprivate else {
      throw problem("option '\(name)' requires 'bind-propagation=rprivate' to be specified in conjunction")
    }
  }

  private func kind(_ workingDirectory: () throws -> String) throws -> MountOption.Kind {
    switch type {
    case "bind":
      guard !source.isEmpty else {
        throw problem("invalid mount config for type \"bind\": field Source must not be empty")
      }
      let first = source.utf8.first
      guard first == UInt8(ascii: "/") || first == UInt8(ascii: ".") else {
        throw problem(
          "invalid mount config for type \"bind\": invalid mount path: '\(source)' mount path must be absolute"
        )
      }
      return .bind(
        source: try MountOption.hostPath(source, workingDirectory: workingDirectory), makesMissing: false)
    case "tmpfs":
      guard source.isEmpty else {
        throw problem("invalid mount config for type \"tmpfs\": field Source must not be specified")
      }
      return .tmpfs(options: tmpfs)
    case "image":
      guard !source.isEmpty else {
        throw problem("invalid mount config for type \"image\": field Source must not be empty")
      }
      return .image(name: source, subpath: try checkedSubpath())
    default:
      var choice = choice
      choice.subpath = try checkedSubpath()
      guard choice.subpath == nil || !source.isEmpty else {
        throw problem(
          "invalid mount config for type \"volume\": must not set Subpath when using anonymous volumes")
      }
      if !source.isEmpty { choice.name = try VolumeName(source, option: "--mount") }
      return .volume(choice)
    }
  }

  /// What can be said of the path as it stands: relative, and no `..` in it leads above where it begins (moby,
  /// volume/mounts/parser.go, errInvalidSubpath). Where links lead is looked at when it is opened.
  private func checkedSubpath() throws(OptionError) -> String? {
    guard let subpath else { return nil }
    var depth = subpath.utf8.first == UInt8(ascii: "/") ? -1 : 0
    for name in subpath.utf8.split(separator: UInt8(ascii: "/")) where depth >= 0 {
      switch String(Substring(name)) {
      case ".": continue
      case "..": depth -= 1
      default: depth += 1
      }
    }
    guard depth >= 0 else {
      throw problem(
        "invalid mount config for type \(quoted(type)): subpath must be a relative path within the \(type)")
    }
    return subpath
  }
}

/// A number of bytes with docker's binary units: `64m`, `1.5G`, `65536`.
private enum TmpfsSize {
  /// The bytes; nil for what is no size (docker/go-units, RAMInBytes).
  static func parse(_ text: String) -> Int64? {
    var digits = text.lowercased()
    if digits.hasSuffix("b") { digits.removeLast() }
    if digits.hasSuffix("i") { digits.removeLast() }
    var scale = 1.0
    if let unit = digits.last, let power = "kmgtp".firstIndex(of: unit) {
      digits.removeLast()
      for _ in 0..<("kmgtp".distance(from: "kmgtp".startIndex, to: power) + 1) { scale *= 1024 }
    }
    guard let number = Double(digits), number >= 0, number * scale < 9e18 else { return nil }
    return Int64(number * scale)
  }
}
