package import LinuxSystem

/// What init will do, in order. Supervisor and init hold the same value: the supervisor to know what to expect and to
/// print a failed step, init to perform it.
package struct InitPlan: Sendable, Equatable {
  /// The namespaces that are new from the first instruction on. The cgroup namespace is not among them: it is made
  /// by a step, after the supervisor has put init into its cgroups, so that its root is the container's cgroup.
  package let cloneFlags: CloneFlags
  /// What the forerunner does before init is born of it; without any there is no forerunner (Forerunner.swift).
  package let forerunner: [InitStep]
  package let steps: [InitStep]

  package init(cloneFlags: CloneFlags, forerunner: [InitStep] = [], steps: [InitStep]) {
    self.cloneFlags = cloneFlags
    self.forerunner = forerunner
    self.steps = steps
  }

  /// The forerunner's steps and then init's: what the index in a failure counts.
  package var allSteps: [InitStep] { forerunner + steps }

  /// The plan as text, one numbered step a line: for the golden tests.
  package var text: String {
    allSteps.enumerated().map { "\($0.offset + 1). \($0.element)\n" }.joined()
  }
}

/// The descriptors that init is born with, by role. The parent's copies close when the value is handed to `clone`.
package struct InitDescriptors: ~Copyable {
  /// To the supervisor.
  package var channel: OwnedDescriptor
  /// Where `start` knocks; nil when the container is started at once.
  package var gate: OwnedDescriptor?
  /// Where the terminal's main side is sent; nil without a terminal.
  package var console: OwnedDescriptor?
  /// Exec: the pidfd of the container's init; nil for create.
  package var container: OwnedDescriptor?
  /// Mounts that the supervisor has made and init puts in their places: id-mapped ones, by their slot.
  package var mounts = HeldDescriptors()

  package init(channel: consuming OwnedDescriptor) {
    self.channel = channel
    gate = nil
    console = nil
    container = nil
  }
}

/// Everything that the child takes over.
package struct InitCargo: ~Copyable {
  package let plan: InitPlan
  package var descriptors: InitDescriptors

  package init(plan: InitPlan, descriptors: consuming InitDescriptors) {
    self.plan = plan
    self.descriptors = descriptors
  }
}
