import OCIRuntimeSpec
import Testing

@testable import Lifecycle

/// A namespace that is joined by path may be the host's own; then nothing in it may be changed.
@Suite struct HostNamespaceTests {
  private func spec(_ kind: RuntimeSpec.Linux.Namespace.Kind) -> RuntimeSpec {
    let name = kind == .mount ? "mnt" : kind == .network ? "net" : kind.rawValue
    return RuntimeSpec(
      ociVersion: "1.3.0",
      linux: RuntimeSpec.Linux(
        namespaces: [RuntimeSpec.Linux.Namespace(type: kind, path: "/proc/self/ns/\(name)")]))
  }

  @Test(arguments: [RuntimeSpec.Linux.Namespace.Kind.uts, .network, .ipc])
  func theHostsOwnDoesNotCountAsTheContainers(kind: RuntimeSpec.Linux.Namespace.Kind) throws {
    #expect(try withoutHostNamespaces(spec(kind)).linux?.namespaces == [])
  }

  @Test func theHostsMountNamespaceIsRefused() {
    let error = #expect(throws: LifecycleError.self) { try withoutHostNamespaces(spec(.mount)) }
    #expect(
      error?.description
        == "config.json: linux.namespaces[0].path: \"/proc/self/ns/mnt\" is the host's own mount namespace")
  }

  @Test func aHostnameThenNeedsANamespaceOfItsOwn() throws {
    var spec = spec(.uts)
    spec.hostname = "web"
    let violations = SpecRules.violations(try withoutHostNamespaces(spec)).map(\.description)
    #expect(
      violations.contains("config.json: hostname: unable to set hostname without a private UTS namespace"))
  }
}
