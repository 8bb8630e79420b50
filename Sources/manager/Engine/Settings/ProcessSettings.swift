package import JSONDocument
package import Options

/// What a container's process is born with beside its program, its environment and its user.
package struct ProcessSettings: Codable, Sendable, Equatable {
  /// `--group-add`: names and numbers.
  package var groups: [String] = []
  /// `--ulimit`, each name once.
  package var limits: [Ulimit] = []
  /// `--oom-score-adj`, -1000 to 1000.
  package var oomScoreAdjustment: Int?
  /// `--umask`.
  package var fileModeMask: UInt32?
  /// `--init`.
  package var usesInit = false
  /// `--tz`: a name of the time zone database, or `local`.
  package var timeZone: String?

  /// A process like any other.
  package init() {}
}

extension ProcessSettings: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    groups = try members.read("groups")
    limits = try members.readTexts("limits")
    oomScoreAdjustment = try members.read("oomScoreAdjustment")
    fileModeMask = try members.read("fileModeMask")
    usesInit = try members.read("usesInit")
    timeZone = try members.read("timeZone")
  }

  /// What the database keeps.
  var document: JSONValue {
    var members = JSONObject([
      .init(key: "groups", value: strings(groups)),
      .init(key: "limits", value: texts(limits)),
      .init(key: "usesInit", value: .bool(usesInit)),
    ])
    if let oomScoreAdjustment { members["oomScoreAdjustment"] = .integer(Int64(oomScoreAdjustment)) }
    if let fileModeMask { members["fileModeMask"] = .integer(Int64(fileModeMask)) }
    if let timeZone { members["timeZone"] = .string(timeZone) }
    return .object(members)
  }
}
