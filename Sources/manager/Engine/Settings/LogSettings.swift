internal import Options
internal import ShimProtocol
internal import Store

extension ContainerSettings {
  /// How the container's output is kept.
  var log: LogSelection { LogSelection(driver: logDriver, options: logOptions) }

  /// What the shim is told of it.
  /// - Throws: `EngineError` when the settings have been tampered with.
  func shimLog(of record: ContainerRecord) throws(EngineError) -> (driver: LogDriver, options: LogOptions) {
    var options = LogOptions()
    do throws(OptionError) {
      let limits = try log.limits()
      options.maximumBytes = limits.maximumBytes
      options.maximumFiles = limits.maximumFiles
      options.compresses = limits.compresses
      options.fields = try fields(record)
    } catch { throw EngineError(.invalid, error.description) }
    let driver: LogDriver =
      switch logDriver {
      case .jsonFile: .jsonFile
      case .k8sFile: .k8sFile
      case .journald: .journald
      case .none: .none
      case .passthrough: .passthrough
      }
    return (driver, options)
  }

  /// What each entry carries: what `labels`, `env` and `tag` name, and in the journal what docker's driver puts there
  /// (moby, daemon/logger/journald).
  private func fields(_ record: ContainerRecord) throws(OptionError) -> [LogOptions.Field] {
    var chosen: [LogOptions.Field] = []
    for name in log.names("labels") {
      if let value = labels[name] { chosen.append(.init(name, value)) }
    }
    for name in log.names("env") {
      guard let entry = environment.first(where: { variableName($0) == name && $0.contains("=") }) else {
        continue
      }
      chosen.append(.init(name, String(entry.dropFirst(name.count + 1))))
    }
    let tag = try logOptions["tag"].map { (text) throws(OptionError) in try self.tag(text, record) }
    guard logDriver == .journald else {
      return chosen + (tag.map { [.init("tag", $0)] } ?? [])
    }
    let mark = tag ?? record.shortID
    return [
      .init("CONTAINER_NAME", record.name), .init("CONTAINER_TAG", mark), .init("SYSLOG_IDENTIFIER", mark),
      .init("IMAGE_NAME", record.imageReference),
    ] + chosen.compactMap { field in Self.journalName(field.name).map { .init($0, field.value) } }
  }

  private func tag(_ text: String, _ record: ContainerRecord) throws(OptionError) -> String {
    let imageID = record.imageID.hasPrefix("sha256:") ? String(record.imageID.dropFirst(7)) : record.imageID
    return try LogTag(text).text { field in
      switch field {
      case .id: record.shortID
      case .fullID: record.id
      case .name: record.name
      case .imageID: String(imageID.prefix(12))
      case .imageFullID: record.imageID
      case .imageName: record.imageReference
      }
    }
  }

  /// A name that the journal takes: capitals, digits, underscores, a letter first (docker's sanitizeKeyMod); nil when
  /// nothing is left.
  static func journalName(_ name: String) -> String? {
    let upper = name.uppercased().utf8.map { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) ? byte : UInt8(ascii: "_")
    }
    let field = upper.drop { !(0x41...0x5a).contains($0) }.prefix(64)
    return field.isEmpty ? nil : String(decoding: field, as: UTF8.self)
  }
}
