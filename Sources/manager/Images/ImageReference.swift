package import OCIImageSpec
package import Store

/// How an image is named: `[host[:port]/]path[:tag][@digest]`, by the grammar of github.com/distribution/reference
/// with docker's defaults: host `docker.io`, and `library/` before a single component there.
package struct ImageReference: Sendable, Hashable {
  /// The registry, such as `docker.io` or `localhost:5000`.
  package let domain: String
  /// The repository on it, such as `library/busybox`.
  package let path: String
  /// The tag as given; nil when there was none.
  package let tag: String?
  /// The digest as given; nil when there was none.
  package let digest: Digest?

  /// Parses what a user typed.
  /// - Throws: `ImageReferenceError`, in docker's words.
  package init(_ text: String) throws(ImageReferenceError) {
    if text.utf8.count == 64, text.utf8.allSatisfy(Self.isHexDigit) { throw .hexadecimalName(text) }
    var (domain, rest) = Self.splitDomain(text)
    if domain == "docker.io", !rest.prefix(while: { $0 != ":" && $0 != "@" }).contains("/") {
      rest = "library/" + rest
    }
    var name = Substring(rest)
    var digest: Digest?
    if let at = name.lastIndex(of: "@") {
      guard let given = Digest(String(name[name.index(after: at)...])) else { throw .invalidFormat }
      digest = given
      name = name[..<at]
    }
    var tag: Substring?
    if let colon = name.firstIndex(of: ":") {
      tag = name[name.index(after: colon)...]
      name = name[..<colon]
    }
    if name != name.lowercased() { throw .notLowercase(String(name)) }
    guard Self.isDomain(domain), !name.isEmpty,
      name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(Self.isComponent),
      tag.map(Self.isTag) ?? true
    else { throw .invalidFormat }
    guard domain.utf8.count + 1 + name.utf8.count <= 255 else { throw .tooLong }
    self.domain = domain
    path = String(name)
    self.tag = tag.map(String.init)
    self.digest = digest
  }

  /// Parses the name that an image is to get.
  /// - Throws: `ImageReferenceError`, in docker's words, also for what is no tag or would be taken for an id.
  package init(newTag text: String) throws(ImageReferenceError) {
    try self.init(text)
    guard digest == nil else { throw .digestAsTag }
    guard repository != "sha256" else { throw .algorithmName }
  }

  /// The repository as docker shows it: without `docker.io/`, and without `library/` there.
  package var repository: String {
    guard domain == "docker.io" else { return "\(domain)/\(path)" }
    let parts = path.split(separator: "/")
    return parts.count == 2 && parts[0] == "library" ? String(parts[1]) : path
  }

  /// Repository and tag as the store keeps them; `latest` where neither tag nor digest was given, nil where only a
  /// digest was.
  package var imageTag: ImageTag? {
    if tag == nil, digest != nil { return nil }
    return ImageTag(repository: repository, tag: tag ?? "latest")
  }

  private static func splitDomain(_ text: String) -> (domain: String, rest: String) {
    guard let slash = text.firstIndex(of: "/") else { return ("docker.io", text) }
    let first = String(text[..<slash])
    let isDomain =
      first.contains { $0 == "." || $0 == ":" } || first == "localhost" || first != first.lowercased()
    guard isDomain else { return ("docker.io", text) }
    return (first == "index.docker.io" ? "docker.io" : first, String(text[text.index(after: slash)...]))
  }
}

extension ImageReference: CustomStringConvertible {
  /// The familiar form with what was given: `busybox`, `busybox:1.36`, `localhost:5000/web@sha256:…`.
  package var description: String {
    repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}

// The grammar, one function for each rule.
extension ImageReference {
  /// `host[:port]`: components of letters, digits and inner hyphens, or an IPv6 address in brackets.
  private static func isDomain(_ text: String) -> Bool {
    var host = Substring(text)
    if host.first == "[", let end = host.lastIndex(of: "]") {
      let address = host[host.index(after: host.startIndex)..<end]
      let rest = host[host.index(after: end)...]
      return !address.isEmpty
        && address.utf8.allSatisfy { isHexDigit($0, upper: true) || $0 == UInt8(ascii: ":") }
        && (rest.isEmpty || (rest.first == ":" && isPort(rest.dropFirst())))
    }
    if let colon = host.lastIndex(of: ":") {
      guard isPort(host[host.index(after: colon)...]) else { return false }
      host = host[..<colon]
    }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.first != "-" && part.last != "-"
        && part.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isPort(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Runs of `[a-z0-9]`, joined by `.`, `_`, `__` or hyphens.
  private static func isComponent(_ text: Substring) -> Bool {
    let bytes = Array(text.utf8)
    var index = 0
    func run(_ matches: (UInt8) -> Bool) -> ArraySlice<UInt8> {
      let start = index
      while index < bytes.count, matches(bytes[index]) { index += 1 }
      return bytes[start..<index]
    }
    while true {
      guard !run({ isAlphanumeric($0) }).isEmpty else { return false }
      if index == bytes.count { return true }
      let separator = run { !isAlphanumeric($0) }
      let allowed =
        separator.elementsEqual(".".utf8) || separator.elementsEqual("_".utf8)
        || separator.elementsEqual("__".utf8) || separator.allSatisfy { $0 == UInt8(ascii: "-") }
      guard allowed else { return false }
    }
  }

  /// `[\w][\w.-]{0,127}`.
  private static func isTag(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
    guard isAlphanumeric(first) || first == UInt8(ascii: "_") else { return false }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool { isHexDigit(byte, upper: false) }

  private static func isHexDigit(_ byte: UInt8, upper: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "A")...UInt8(ascii: "F"): upper
    default: false
    }
  }
}

/// Why a text is no image reference; docker's words.
package enum ImageReferenceError: Error, Sendable, Equatable, CustomStringConvertible {
  /// It does not follow the grammar.
  case invalidFormat
  /// Repository names have no capitals.
  case notLowercase(String)
  /// It would be taken for an id.
  case hexadecimalName(String)
  /// The name has more than 255 characters.
  case tooLong
  /// `sha256:…` is an id.
  case algorithmName
  /// A digest names what an image is; nobody gives it.
  case digestAsTag

  /// One line.
  package var description: String {
    switch self {
    case .invalidFormat: "invalid reference format"
    case .notLowercase(let name): "invalid reference format: repository name (\(name)) must be lowercase"
    case .hexadecimalName(let name):
      "invalid repository name (\(name)), cannot specify 64-byte hexadecimal strings"
    case .tooLong: "repository name must not be more than 255 characters"
    case .algorithmName: "refusing to create an ambiguous tag using digest algorithm as name"
    case .digestAsTag: "refusing to create a tag with a digest reference"
    }
  }
}
