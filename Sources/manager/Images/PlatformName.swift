internal import OCIImageSpec

/// What an image runs on, as a user names it: `os[/architecture[/variant]]`.
package struct PlatformName: Sendable, Hashable, CustomStringConvertible {
  /// By its name in Go.
  package let os: String
  /// By its name in Go.
  package let architecture: String
  /// Such as `v8`; nil where it does not matter.
  package let variant: String?

  /// Reads what a user typed; common other names of processors are known (containerd, platforms/database.go).
  /// - Throws: `.failed` for another form.
  package init(_ text: String) throws(ImageError) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy(Self.isWord) else {
      throw .failed("invalid platform \"\(text)\": expected os[/arch[/variant]], such as linux/amd64")
    }
    let own = PlatformName.host
    // One word is an operating system, or a processor.
    let named: [String] =
      parts.count > 1
      ? parts : Self.systems.contains(parts[0]) ? [parts[0], own.architecture] : ["linux", parts[0]]
    var variant = named.count > 2 ? named[2] : nil
    (os, architecture) = (named[0], Self.names[named[1]] ?? named[1])
    if architecture == "arm64", variant == "v8" { variant = nil }
    self.variant = variant
  }

  private init(os: String, architecture: String) {
    (self.os, self.architecture, variant) = (os, architecture, nil)
  }

  /// This machine.
  package static var host: PlatformName {
    PlatformName(os: "linux", architecture: ImageConfiguration.hostArchitecture)
  }

  /// `linux/amd64`.
  package var description: String { "\(os)/\(architecture)" + (variant.map { "/\($0)" } ?? "") }

  /// Whether something for `architecture` and `variant` is meant.
  func fits(os: String, architecture: String, variant: String?) -> Bool {
    os == self.os && architecture == self.architecture && (self.variant == nil || self.variant == variant)
  }

  private static let systems: Set<String> = ["linux", "windows", "darwin", "freebsd"]
  private static let names = ["x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386"]

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7a) || $0 == 0x5f || $0 == 0x2d || $0 == 0x2e
      }
  }
}
