/// What an image is built for: `--platform linux/arm64`, `linux/arm/v7`, `arm64`, `linux` (containerd, platforms.Parse).
package struct Platform: Hashable, Sendable {
  /// Only `linux` is one of ours.
  package let system: String
  /// As Go names processors; nil is the machine's.
  package let architecture: String?
  /// Such as `v7`.
  package let variant: String?

  /// Reads the value of `--platform`.
  /// - Throws: `OptionError`.
  package init(_ text: String) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError("--platform", text, words) }
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isWord = { (part: String) in
      !part.isEmpty && part.utf8.allSatisfy { ContainerName.isAlphanumeric($0) || "_-.".utf8.contains($0) }
    }
    guard (1...3).contains(parts.count), parts.allSatisfy(isWord) else {
      throw problem("expected OS[/ARCHITECTURE[/VARIANT]] such as linux/amd64")
    }
    let systems = ["linux", "windows", "darwin", "freebsd"]
    let isArchitecture = parts.count == 1 && !systems.contains(parts[0])
    system = isArchitecture ? "linux" : parts[0]
    guard system == "linux" else { throw problem("containers here are linux's") }
    let name = isArchitecture ? parts[0] : parts.count > 1 ? parts[1] : nil
    architecture = name.map(Self.goName)
    variant = parts.count == 3 ? parts[2] : nil
  }

  private static func goName(_ name: String) -> String {
    switch name {
    case "x86_64", "x86-64": "amd64"
    case "aarch64": "arm64"
    case "i386", "i486", "i686": "386"
    default: name
    }
  }

  /// As the flag has it.
  package var text: String { ([system] + [architecture, variant].compactMap { $0 }).joined(separator: "/") }
}
