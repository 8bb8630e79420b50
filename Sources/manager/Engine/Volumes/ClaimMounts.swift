internal import Images
internal import LinuxSystem
internal import OCIImageSpec
internal import Options
internal import ShimProtocol
internal import Store

/// The volumes of a container that is being made, each under its lock, so that they cannot go before its row is there.
final class ClaimedVolumes {
  /// By name, each once.
  private(set) var claims: [ClaimedVolume] = []
  /// What the container's row is written with.
  private(set) var mounted: [MountedVolume] = []

  init() {}

  fileprivate func add(_ claim: ClaimedVolume) { claims.append(claim) }
  fileprivate func add(_ place: MountedVolume) { mounted.append(place) }

  /// The names of those that were not there before.
  var newNames: [String] { claims.filter(\.isNew).map(\.name) }

  /// The rows are there: the directories stay, and the locks end with this value.
  /// - Returns: the volumes whose rows have come with the container's.
  func keep() throws(EngineError) -> [String] {
    let new = claims.filter(\.isArmed).map(\.name)
    for claim in claims { try attempt("make volume") { () throws(SystemError) in try claim.keep() } }
    return new
  }
}

extension ContainerEngine {
  /// What a new container mounts. A container for which nothing was asked costs nothing.
  func resolveMounts(
    _ request: CreateRequest, image: ImageConfiguration.Execution
  ) throws(EngineError) -> ResolvedMounts {
    let volumes = image.volumes ?? [:]
    guard !request.mounts.isEmpty || !request.volumesFrom.isEmpty || !volumes.isEmpty else {
      return ResolvedMounts()
    }
    var inherited: [(from: VolumesFrom, mounts: [ContainerMount])] = []
    for source in request.volumesFrom {
      inherited.append((source, try settings(of: try find(source.container)).mounts))
    }
    for flag in request.mounts { try checkHost(flag) }
    return try ResolvedMounts(
      flags: request.mounts, inherited: inherited, volumes: Array(volumes.keys),
      findImage: { (name) throws(EngineError) in
        let image = try findImage(name).record
        return ContainerMount.Image(id: image.id, layers: image.layers.map(\.diffID))
      }, newName: Self.newVolumeName)
  }

  /// 64 random hex digits.
  static func newVolumeName() throws(EngineError) -> String {
    try attempt("make a name") { () throws(SystemError) in hexadecimal(try randomBytes(32)) }
  }

  private func checkHost(_ flag: MountOption) throws(EngineError) {
    let words = flag.flag == .volume ? flag.mode.split(separator: ",") : []
    if words.contains("z") || words.contains("Z"), fileExists("/sys/fs/selinux/enforce") {
      throw EngineError(
        .invalid, "--volume: \(flag.mode): labels of SELinux are not set here; label the files with chcon")
    }
    guard case .bind(let source, makesMissing: false) = flag.kind else { return }
    do throws(SystemError) { _ = try fileStatus(source) } catch {
      guard error.code == ErrorCode.noEntry else { throw EngineError("--mount", error) }
      throw EngineError(
        .invalid, "invalid mount config for type \"bind\": bind source path does not exist: \(source)")
    }
  }

  /// Takes the locks of the container's volumes, in the order of their names, and says what they are recorded with.
  /// - Parameter settings: gets to know which of them have options, so that they are mounted before they are used.
  /// - Returns: nil for a container without volumes.
  func claimVolumes(
    _ settings: inout ContainerSettings, _ choices: [String: VolumeChoice]
  ) throws(EngineError) -> ClaimedVolumes? {
    let indices = settings.mounts.indices.filter { settings.mounts[$0].kind == .volume }
    guard !indices.isEmpty else { return nil }
    try sweepVolumes()
    let claimed = ClaimedVolumes()
    for name in Set(indices.map { settings.mounts[$0].source }).sorted() {
      let claim = try claimVolume(name)
      claimed.add(claim)
      let places = indices.filter { settings.mounts[$0].source == name }
      let record = try record(of: claim, settings.mounts[places[0]], choices[name])
      let isMounted = record.options != emptyDocument
      // Whoever mounts it reads its row.
      if isMounted, claim.isNew {
        try attempt { () throws(StoreError) in try store.insertVolume(record) }
        try attempt("make volume") { () throws(SystemError) in try claim.keep() }
        self.record(.volume("create", name))
      }
      for place in places {
        settings.mounts[place].isMounted = isMounted
        settings.mounts[place].isAnonymous = record.isAnonymous
        claimed.add(MountedVolume(destination: settings.mounts[place].destination, volume: record))
      }
    }
    return claimed
  }

  private func record(
    of claim: ClaimedVolume, _ mount: ContainerMount, _ choice: VolumeChoice?
  ) throws(EngineError) -> VolumeRecord {
    if !claim.isNew, try isRecorded(claim.name) {
      return try attempt { () throws(StoreError) in try store.findVolume(claim.name) }
    }
    guard mount.origin != .inherited else { throw EngineError(StoreError.noSuchVolume(claim.name)) }
    return try newRecord(
      claim.name, isAnonymous: mount.isAnonymous, labels: choice?.labels ?? [], options: choice?.options ?? []
    )
  }
}
