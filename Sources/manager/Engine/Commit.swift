package import Dockerfile
package import Images
internal import LinuxSystem
package import OCIImageSpec
internal import ShimProtocol
internal import Store

/// What `commit` is asked for.
package struct CommitOptions: Sendable {
  /// The image's name.
  package var reference: ImageReference?
  /// Who made it.
  package var author: String?
  /// A remark.
  package var message: String?
  /// Whether a container that runs stands still meanwhile.
  package var pauses = true
  /// What is to be other than in the container.
  package var changes: [ImageInstruction] = []

  /// Makes options that ask for nothing.
  package init() {}
}

extension ContainerEngine {
  /// Makes an image of what a container has written, upon its image. What is mounted in it does not belong to it.
  /// - Returns: the image's id.
  package func commit(_ reference: String, _ options: CommitOptions) throws(EngineError) -> Digest {
    let record = try find(reference)
    let settings = try settings(of: record)
    let image = try attempt { () throws(ImageError) in try images.find(record.imageID) }
    let configuration = try attempt { () throws(ImageError) in try images.configuration(of: image) }
    var execution = settings.execution(upon: configuration.config ?? ImageConfiguration.Execution())
    do throws(InstructionError) { try execution.apply(options.changes) } catch {
      throw EngineError(.invalid, error.description)
    }
    if let signal = execution.stopSignal { try checkStopSignal(signal) }
    let request = CommitRequest(
      parent: record.imageID, upper: paths.upper(record.id), execution: execution,
      createdBy: settings.command.joined(separator: " "), author: options.author, comment: options.message,
      reference: options.reference)
    let lock = try lockContainer(record.id)
    let isRunning = try status(of: record).isRunning
    let pause = options.pauses && isRunning ? try PausedContainer(record.id, of: self) : nil
    let id = try attempt { () throws(ImageError) in try images.commit(request) { pause?.end() } }
    _ = consume lock
    let name = options.reference?.imageTag?.description
    self.record(
      "commit", record, settings,
      [
        Event.Attribute("comment", options.message ?? ""), Event.Attribute("imageID", id.description),
        Event.Attribute("imageRef", name ?? ""),
      ])
    if let name {
      self.record(.image("tag", id: id.description, name: name, labels: execution.labels ?? [:]))
    }
    return id
  }
}

extension ContainerSettings {
  /// What a container of the same kind starts with, as an image says it. Whatever settings do not know of is the image's,
  /// except what was meant for builds upon it.
  func execution(upon image: ImageConfiguration.Execution) -> ImageConfiguration.Execution {
    var execution = image
    execution.user = user.isEmpty ? nil : user
    execution.env = environment.filter { $0.contains("=") }
    execution.entrypoint = entrypoint.isEmpty ? nil : entrypoint
    execution.cmd = command.isEmpty ? nil : command
    if workingDirectory != "/" || image.workingDir != nil { execution.workingDir = workingDirectory }
    execution.labels = labels.isEmpty ? nil : labels
    if stopSignal != "SIGTERM" || image.stopSignal != nil { execution.stopSignal = stopSignal }
    execution.healthcheck = healthcheck
    execution.onBuild = nil
    return execution
  }
}
