extension MountOption {
  /// Reads the value of `--tmpfs`: `/path[:options]`.
  /// - Throws: `OptionError` for a relative path, and for an option that tmpfs does not have.
  package init(tmpfs value: String) throws(OptionError) {
    func problem(_ text: String) -> OptionError { OptionError("--tmpfs", value, text) }
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let options = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
    for option in options where !Self.isTmpfsOption(option) {
      throw problem("invalid tmpfs option [\(quoted(option))]")
    }
    self.init(
      .tmpfs(options: options), destination: try Self.destination(parts[0], problem), flag: .tmpfs)
    readOnly = options.contains("ro")
    mode = parts.count == 2 ? parts[1] : ""
  }

  /// moby, pkg/mount: flags of any mount, and the values that tmpfs knows (tmpfs(5)).
  private static func isTmpfsOption(_ option: String) -> Bool {
    let flags = [
      "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "sync", "async", "atime", "noatime",
      "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime", "dirsync",
      "remount",
      "private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable", "defaults",
    ]
    if flags.contains(option) { return true }
    guard let sign = option.firstIndex(of: "=") else { return false }
    return ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"].contains(String(option[..<sign]))
  }
}
