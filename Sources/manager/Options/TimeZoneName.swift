/// `--tz`: a name of the time zone database such as `Europe/Berlin`, or `local` for the host's.
package struct TimeZoneName: Hashable, Sendable {
  /// The name.
  package let text: String

  /// Reads the value of `--tz`. Whether the host has the zone is not asked here.
  /// - Throws: `OptionError` when it could be anything but a file of the database.
  package init(_ value: String) throws(OptionError) {
    let parts = value.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPart = { (part: Substring.UTF8View) in
      !part.isEmpty && part.allSatisfy { ContainerName.isAlphanumeric($0) || "_-+".utf8.contains($0) }
    }
    guard parts.count <= 3, parts.allSatisfy(isPart) else {
      throw OptionError("--tz", value, "expected a time zone such as Europe/Berlin, or local")
    }
    text = value
  }

  /// Where the host keeps the zone (tzfile(5)).
  package var file: String { text == "local" ? "/etc/localtime" : "/usr/share/zoneinfo/\(text)" }
}
