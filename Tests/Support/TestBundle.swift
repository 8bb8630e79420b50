import JSONDocument
package import LinuxSystem

/// An OCI bundle on disk, of busybox and the witness, with an id for its container.
package struct TestBundle {
  /// The directory of `config.json` and `rootfs`.
  package let path: String
  /// The container's id; unique on the machine.
  package let id: String
  /// What was written to `config.json`.
  package let config: ConfigTree

  /// The root file system on the host.
  package var rootfs: String { path + "/rootfs" }
  /// Where `RuntimeClient.create` sends standard output.
  package var stdoutFile: String { path + "/stdout" }
  /// Where `RuntimeClient.create` sends standard error.
  package var stderrFile: String { path + "/stderr" }
  /// The container's cgroup, as `linux.cgroupsPath` has it.
  package var cgroup: String { config["linux.cgroupsPath"]?.string ?? "" }

  /// What a container that was made by `RuntimeClient.create` has written so far.
  package func output() throws(SystemError) -> String {
    String(decoding: try readFile(stdoutFile), as: UTF8.self)
  }

  /// Adds a file to the root file system; its directories are made.
  package func add(_ text: String, at path: String, mode: UInt32 = 0o644) throws(SystemError) {
    try makeDirectories(splitPath(rootfs + path).directory)
    let file = try openFile(rootfs + path, [.writeOnly, .create, .truncate], mode: mode)
    try file.writeAll(text)
    try setPermissions(rootfs + path, mode)
  }

  /// Adds a symbolic link to the root file system.
  package func link(_ target: String, at path: String) throws(SystemError) {
    let (directory, name) = splitPath(rootfs + path)
    try makeDirectories(directory)
    try makeSymbolicLink(target, at: name, in: try openFile(directory, [.path, .directory]))
  }
}

extension Fixture {
  /// Makes a bundle: the default config with `args`, and then whatever `edit` changes.
  package func bundle(
    _ args: [String] = ["true"], edit: (inout ConfigTree) throws -> Void = { _ in }
  ) throws -> TestBundle {
    let number = hexadecimal(try randomBytes(3))
    let (path, id) = ("\(directory)/bundle-\(number)", "\(cgroupParent.dropFirst())-\(number)")
    try makeDirectories(path)
    try copyRootfs(to: path + "/rootfs")
    var config = try ConfigTree.standard()
    config["process.args"] = .array(args.map { .string($0) })
    config["linux.cgroupsPath"] = .string("\(cgroupParent)/\(id)")
    try edit(&config)
    let bundle = TestBundle(path: path, id: id, config: config)
    try write(config, to: bundle)
    return bundle
  }

  /// Writes another config.json into the bundle.
  package func write(_ config: ConfigTree, to bundle: TestBundle) throws {
    let file = try openFile(bundle.path + "/config.json", [.writeOnly, .create, .truncate], mode: 0o644)
    try file.writeAll(try JSON.encode(config.value, style: .pretty))
  }

  /// Copies the busybox root file system, with the witness as /bin/witness, to `target`, which must not exist. It is
  /// made once for all tests of a run; what a test may write to is a copy, programs and their links are hard links.
  package func copyRootfs(to target: String) throws {
    let source = Host.testRoot + "/busybox-rootfs"
    if !fileExists(source) {
      let unfinished = "\(source).\(ownPID())"
      try run(Host.checkout + "/hack/make-busybox-rootfs", [unfinished]).succeeded()
      try run("install", ["-m", "755", Host.witness, unfinished + "/bin/witness"]).succeeded()
      try renameFile(unfinished, to: source)
    }
    try run("cp", ["-al", source, target]).succeeded()
    try run("cp", ["-a", "--remove-destination", source + "/etc", target]).succeeded()
  }
}
