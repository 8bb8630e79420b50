internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem
internal import OCIImageSpec
internal import Options
internal import Store

/// `images --filter` and its positional (moby, daemon/images): which images, and which of their names, are shown.
struct ImageFilters {
  private static let known = ["before", "dangling", "label", "reference", "since", "until"]

  private let filters: Filters
  private let patterns: [PathPattern]
  /// The positional where it is no pattern but a name in a form of docker's: `docker.io/library/web`.
  private let names: [ImageReference]
  private let dangling: Bool?
  private let before: Timestamp?
  private let since: Timestamp?
  private let until: Timestamp?

  /// Reads the filters, and looks up what they name.
  /// - Throws: `UsageError` for a filter that cannot be; the store's when an image is not there.
  init(_ invocation: Invocation, _ engine: ContainerEngine) throws {
    filters = try Filters(invocation, known: Self.known)
    let references = filters["reference"] + invocation.positionals
    patterns = try references.map { text in
      guard let pattern = PathPattern(text) else {
        throw UsageError(
          "invalid filter 'reference=\(text)': syntax error in pattern", command: invocation.called)
      }
      return pattern
    }
    names = references.compactMap { text in
      do throws(ImageReferenceError) { return try ImageReference(text) } catch { return nil }
    }
    dangling = try filters.truth("dangling", invocation)
    before = try filters["before"].last.map { try engine.images.find($0).createdAt }
    since = try filters["since"].last.map { try engine.images.find($0).createdAt }
    until = try filters["until"].last.map { try LogMoment.read($0, option: "--filter until", now: .now()) }
  }

  /// Those that fit.
  func choose(_ images: [ListedImage], _ store: ImageStore) throws -> [ListedImage] {
    try images.filter { try fits($0, store) }
  }

  private func fits(_ listed: ListedImage, _ store: ImageStore) throws -> Bool {
    let created = listed.image.createdAt
    if let dangling, dangling != (listed.tag == nil) { return false }
    if let before, created >= before { return false }
    if let since, created <= since { return false }
    if let until, created >= until { return false }
    guard patterns.isEmpty || isNamed(listed.tag) else { return false }
    // Only now: a config is read for it.
    guard !filters["label"].isEmpty else { return true }
    return filters.fits(labels: try store.configuration(of: listed.image).config?.labels ?? [:])
  }

  private func isNamed(_ tag: ImageTag?) -> Bool {
    guard let tag else { return false }
    return patterns.contains { $0.matches(tag.repository) || $0.matches(tag.description) }
      || names.contains { $0.repository == tag.repository && ($0.tag ?? tag.tag) == tag.tag }
  }
}
