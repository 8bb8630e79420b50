import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle

/// The order of what init does, on one page for each kind of container. A change here is a change of what guards the
/// host: read the difference, then paste the new text.
@Suite struct PlanTests {
  @Test func minimal() throws {
    #expect(try plan(Configurations.minimal) == Plans.minimal)
  }

  @Test func defaultBundle() throws {
    var spec = defaultSpecification()
    spec.process?.terminal = false
    #expect(try plan(spec) == Plans.defaultBundle)
  }

  @Test func engine() throws {
    #expect(try plan(Configurations.engine) == Plans.engine)
  }

  @Test func sharedPropagation() throws {
    #expect(try plan(Configurations.shared) == Plans.shared)
  }

  @Test func terminal() throws {
    #expect(try plan(Configurations.terminal) == Plans.terminal)
  }

  @Test func hooks() throws {
    #expect(try plan(Configurations.hooks) == Plans.hooks)
  }

  // Who may ask for the network first: the hooks of the runtime's namespaces.
  @Test func hooksFindTheNetworkUp() throws {
    var spec = defaultSpecification()
    spec.process?.terminal = false
    spec.hooks = RuntimeSpec.Hooks(createRuntime: [RuntimeSpec.Hook(path: "/h/one")])
    let steps = try plan(spec).split(separator: "\n")
    let network = try #require(steps.firstIndex { $0.hasSuffix(". wait until lo is up") })
    #expect(steps[network + 1].hasSuffix(". wait for the runtime's hooks"))
  }

  // `run`: no gate. On a ramdisk: no pivot_root, the caller's keyring, two of its descriptors.
  @Test func runWithoutPivot() throws {
    var options = CreationOptions()
    options.noPivot = true
    options.noNewKeyring = true
    options.preservedDescriptors = 2
    #expect(try plan(Configurations.minimal, waitsForStart: false, options) == Plans.runWithoutPivot)
  }

  @Test func userNamespace() throws {
    let text = try plan(Configurations.userNamespace)
    #expect(text == Plans.userNamespace, "\(text)")
  }

  @Test func rootless() throws {
    let text = try plan(Configurations.rootless, isRoot: false)
    #expect(text == Plans.rootless, "\(text)")
  }

  @Test func rootlessJoined() throws {
    let text = try plan(Configurations.rootlessJoined, isRoot: false)
    #expect(text == Plans.rootlessJoined, "\(text)")
  }

  @Test func execInAUserNamespace() throws {
    let namespaces: CloneFlags = [.newUser, .newPID, .newMount]
    let text = try execPlan(Configurations.execPlain, in: namespaces, filter: false)
    #expect(text == Plans.execInAUserNamespace, "\(text)")
  }

  @Test func execWithATerminal() throws {
    let namespaces: CloneFlags = [.newMount, .newNetwork, .newUTS, .newIPC, .newCgroup]
    #expect(try execPlan(Configurations.execTerminal, in: namespaces, filter: true) == Plans.execTerminal)
  }

  @Test func execPlain() throws {
    #expect(try execPlan(Configurations.execPlain, in: [], filter: true, preserved: 1) == Plans.execPlain)
  }
}
