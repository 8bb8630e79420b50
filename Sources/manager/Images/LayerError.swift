/// Why a layer or a tar was not unpacked: one line, whatever its author wrote into its names.
struct LayerError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
