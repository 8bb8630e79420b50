internal import Engine
internal import Images
internal import OCIImageSpec
internal import Store

/// `images --tree`: each image once, with its names, and below it what it is for (docker/cli, command/image/tree.go). An
/// image here is for one platform, so it has one branch.
enum ImageTree {
  /// The lines, each with its line end.
  /// - Parameter listed: a name each; those of one image stand together.
  static func text(_ listed: [ListedImage], _ images: ImageStore) throws -> String {
    let used = try images.store.usedImages()
    var table = Table(["IMAGE", "ID", "DISK USAGE", "CONTENT SIZE", "EXTRA"], leastWidth: 0)
    var ends: [Int] = []
    for names in byImage(listed) {
      let image = names[0].image
      let sizes = [
        right(HumanSize(bytes: images.diskBytes(of: image)), 10),
        right(HumanSize(bytes: images.contentBytes(of: image)), 12), used.contains(image.id) ? "U" : "",
      ]
      for name in names.dropLast() { table.add([name.tag?.description ?? "<untagged>", "", "", "", ""]) }
      table.add([names.last?.tag?.description ?? "<untagged>", image.shortID] + sizes)
      let manifest = image.manifest.dropFirst("sha256:".count).prefix(12)
      table.add(["└─ \(try platform(of: image, images))", String(manifest)] + sizes)
      ends.append(names.count + 1)
    }
    return separated(table.text, ends)
  }

  private static func byImage(_ listed: [ListedImage]) -> [[ListedImage]] {
    var groups: [[ListedImage]] = []
    for name in listed {
      if let last = groups.last, last[0].image.id == name.image.id {
        groups[groups.count - 1].append(name)
      } else {
        groups.append([name])
      }
    }
    return groups
  }

  private static func platform(of image: ImageRecord, _ images: ImageStore) throws -> String {
    let its = try images.configuration(of: image)
    return [its.os, its.architecture, its.variant].compactMap { $0 }.joined(separator: "/")
  }

  private static func right(_ size: HumanSize, _ width: Int) -> String {
    let text = "\(size)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// An empty line between images; no spaces at a line's end.
  private static func separated(_ text: String, _ heights: [Int]) -> String {
    var lines = text.split(separator: "\n").map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }[...]
    var answer = (lines.popFirst() ?? "") + "\n"
    for (index, height) in heights.enumerated() {
      if index > 0 { answer += "\n" }
      answer += lines.prefix(height).map { $0 + "\n" }.joined()
      lines = lines.dropFirst(height)
    }
    return answer
  }
}
