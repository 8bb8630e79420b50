package import TestSupport

extension Fixture {
  /// Runs the body with a fixture that has the image, and a second network that is the world outside.
  package static func withNetworks(
    _ test: String = #function, _ body: (Fixture, TestNetwork) async throws -> Void
  ) async throws {
    try await Fixture.withBusybox(test) { f in try await body(f, try f.connectOutside()) }
  }

  /// Joins the fixture's network to a second one that is the world outside: 10.9.0.2, the engine's host being 10.9.0.1,
  /// and without a way to anywhere else.
  package func connectOutside() throws -> TestNetwork {
    let outside = try TestNetwork()
    try shell(
      """
      set -e
      ip link add out0 type veth peer name eth0 netns \(outside.path)
      ip addr add 10.9.0.1/24 dev out0
      ip link set out0 up
      nsenter --net=\(outside.path) sh -c \
        'ip addr add 10.9.0.2/24 dev eth0; ip link set eth0 up'
      """
    ).succeeded()
    return outside
  }

  /// What a program says that runs in the world outside.
  package func outside(_ network: TestNetwork, _ script: String) throws -> Outcome {
    try shell("exec nsenter --net=\(network.path) sh -c '\(script)'")
  }
}
