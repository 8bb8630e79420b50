/// A file of `--label-file`: a label a line; empty lines and those that begin with `#` say nothing (docker/cli,
/// opts.ReadKVStrings).
package struct LabelFile: Hashable, Sendable {
  /// The labels in order.
  package let labels: [Label]

  /// Reads the file's text.
  /// - Parameter path: for the error.
  /// - Throws: `OptionError` naming the line that is no label.
  package init(_ bytes: [UInt8], path: String) throws(OptionError) {
    let lines = try OptionLines(bytes, option: "--label-file", path: path, noun: "label")
    labels = lines.entries.map { Label(key: $0.name, value: $0.value ?? "") }
  }
}
