extension RuntimeSpecTests {
  static let golden = ""
}
