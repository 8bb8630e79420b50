/// Lets those that work on the machine itself in one after another, while unit tests run beside them.
actor Turn {
  /// The only one of this process.
  static let ofThisProcess = Turn()

  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Waits until nobody else has the turn.
  func take() async {
    if isTaken {
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isTaken = true
    }
  }

  /// Gives the turn to the one that waits longest.
  func pass() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
