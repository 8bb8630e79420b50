internal import OCIImageSpec
package import Options

/// The mounts of a new container, and what its new volumes are made with.
package struct ResolvedMounts: Sendable, Equatable {
  /// By destination each one, in the order in which they were named.
  package private(set) var mounts: [ContainerMount] = []
  /// What a volume is made with, by its name, where there is none of that name yet.
  package private(set) var choices: [String: VolumeChoice] = [:]

  /// A container without mounts.
  package init() {}

  /// Merges what was asked for (moby, daemon/volumes.go, registerMountPoints): what is inherited first, the later
  /// container winning; then the flags, which may not name a place twice; then the image's volumes, where nothing is. A `-v`
  /// that names a place and nothing to put there is as the image's: what is inherited there stays.
  ///
  /// Pure, but for the names of anonymous volumes and the images that are looked up.
  /// - Parameters:
  ///   - inherited: the mounts of each container of `--volumes-from`, in order.
  ///   - volumes: the image's.
  ///   - findImage: looks up an image that is to be mounted.
  ///   - newName: makes up 64 hex digits.
  /// - Throws: `EngineError` for a place that is named twice, or is the kernel's; what `findImage` and `newName` throw.
  package init(
    flags: [MountOption], inherited: [(from: VolumesFrom, mounts: [ContainerMount])], volumes: [String],
    findImage: (String) throws(EngineError) -> ContainerMount.Image,
    newName: () throws(EngineError) -> String
  ) throws(EngineError) {
    for source in inherited {
      for var mount in source.mounts where mount.kind != .tmpfs {
        mount.readOnly = mount.readOnly || source.from.readOnly
        mount.origin = .inherited
        mount.copies = false
        place(mount)
      }
    }
    var named: Set<String> = []
    for (index, flag) in flags.enumerated() {
      // The same words twice are one wish (docker/cli, container/opts.go: a set).
      guard flag.flag != .volume || !flags[..<index].contains(flag) else { continue }
      guard named.insert(flag.destination).inserted else {
        throw EngineError(.invalid, "Duplicate mount point: \(flag.destination)")
      }
      guard !flag.isPlaceOnly || !mounts.contains(where: { $0.destination == flag.destination }) else {
        continue
      }
      place(try mount(flag, findImage, newName))
    }
    for path in volumes.map({ cleanPath($0) }).sorted() where path != "/" {
      guard !mounts.contains(where: { $0.destination == path }) else { continue }
      var mount = ContainerMount(.volume, source: try newName(), destination: path, origin: .image)
      (mount.isAnonymous, mount.copies) = (true, true)
      mounts.append(mount)
    }
    for mount in mounts { try mount.refuseOverProc() }
  }

  private mutating func place(_ mount: ContainerMount) {
    mounts.removeAll { $0.destination == mount.destination }
    mounts.append(mount)
  }

  private mutating func mount(
    _ flag: MountOption, _ findImage: (String) throws(EngineError) -> ContainerMount.Image,
    _ newName: () throws(EngineError) -> String
  ) throws(EngineError) -> ContainerMount {
    let origin: ContainerMount.Origin =
      switch flag.flag {
      case .volume: .volume
      case .mount: .mount
      case .tmpfs: .tmpfs
      }
    var mount: ContainerMount
    switch flag.kind {
    case .bind(let source, let makesMissing):
      mount = ContainerMount(.bind, source: source, destination: flag.destination, origin: origin)
      mount.makesMissing = makesMissing
    case .volume(let choice):
      let name: String
      if let given = choice.name { name = given.text } else { name = try newName() }
      mount = ContainerMount(.volume, source: name, destination: flag.destination, origin: origin)
      mount.isAnonymous = choice.name == nil
      mount.copies = choice.copies
      mount.subpath = choice.subpath
      // The first of several mounts of one volume says what it is made with.
      if choices[name] == nil { choices[name] = choice }
    case .tmpfs(let options):
      mount = ContainerMount(.tmpfs, source: "", destination: flag.destination, origin: origin)
      mount.options = options
    case .image(let name, let subpath):
      mount = ContainerMount(.image, source: name, destination: flag.destination, origin: origin)
      mount.image = try findImage(name)
      mount.subpath = subpath
    }
    // Its layers belong to every container that is made of them.
    mount.readOnly = flag.readOnly || mount.kind == .image
    mount.recursion = flag.recursion
    mount.propagation = flag.propagation
    mount.mode = flag.mode
    (mount.ownerUser, mount.ownerGroup) = (flag.ownerUser, flag.ownerGroup)
    return mount
  }
}

extension MountOption {
  /// Whether it is `-v /place`.
  fileprivate var isPlaceOnly: Bool {
    guard flag == .volume, case .volume(let choice) = kind else { return false }
    return choice.name == nil
  }
}
