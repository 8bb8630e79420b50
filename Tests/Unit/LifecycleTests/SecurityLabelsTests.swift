import ContainerInit
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle
@testable import LinuxSecurity

@Suite struct SecurityLabelsTests {
  private func initSteps(_ change: (inout RuntimeSpec) -> Void) throws -> [InitStep] {
    let spec = Samples.spec(change)
    let host = HostFacts(
      bundlePath: "/b", rootPath: "/b/rootfs", ownCapabilities: Samples.root,
      seccompFilter: SeccompFilter(program: [], flags: []), hasKernelCore: false)
    return try CompileInitPlan(
      id: "web", spec: spec, namespaces: try NamespacePlan(spec.linux?.namespaces ?? []),
      options: CreationOptions(), host: host, waitsForStart: true
    ).compile().plan.steps
  }

  // Opened before anything of the container can stand at /proc, written before the filter and while create listens.
  @Test func aProfileIsOpenedFirstAndWrittenLast() throws {
    let steps = try initSteps { $0.process?.apparmorProfile = "web" }
    let root = try #require(steps.firstIndex(of: .bindRoot("/b/rootfs", isPrivate: true)))
    #expect(try #require(steps.firstIndex(of: .openLabel(.appArmor))) == 2)
    #expect(root > 2)
    let last = try #require(steps.firstIndex(of: .applyLabel(.appArmor, "web")))
    #expect(steps[last - 1] == .findProgram(name: "sh", searchPath: "/usr/bin:/bin"))
    #expect(steps[last + 1] == .endOnRequest)
    #expect(steps[last + 2] == .reportReady)
    #expect(try #require(steps.firstIndex(of: .installSeccomp(SeccompFilter(program: [], flags: [])))) > last)
  }

  @Test func aLabelIsAlsoThatOfTheKeyring() throws {
    let steps = try initSteps { $0.process?.selinuxLabel = "u:r:t:s0" }
    let keys = try #require(steps.firstIndex(of: .labelKeys("u:r:t:s0")))
    #expect(keys < (try #require(steps.firstIndex(of: .joinKeyring("_ses.web")))))
    #expect(steps.contains(.applyLabel(.seLinux, "u:r:t:s0")))
  }

  @Test func execOpensItBeforeItEntersTheContainer() throws {
    let process = Samples.process { $0.apparmorProfile = "web" }
    let steps = try CompileExecPlan(
      process: process, cgroupFiles: [], namespaces: [.newMount], window: nil, keyring: nil, filter: nil,
      own: Samples.root, preservedDescriptors: 0
    ).compile().plan.steps
    let opened = try #require(steps.firstIndex(of: .openLabel(.appArmor)))
    #expect(opened < (try #require(steps.firstIndex(of: .joinContainer(.newMount)))))
    #expect(steps.contains(.applyLabel(.appArmor, "web")))
  }

  @Test func execHasTheContainersLabelUnlessItHasItsOwn() {
    let own = Samples.process { $0.apparmorProfile = "web" }
    var silent = Samples.process { $0.apparmorProfile = "" }
    inherit(&silent, from: own)
    #expect(silent.apparmorProfile == "web")
    var loud = Samples.process { $0.apparmorProfile = "other" }
    inherit(&loud, from: own)
    #expect(loud.apparmorProfile == "other")
  }

  @Test func aMountHasTheLabelInTheWayItTakesOne() {
    func mount(_ type: String, _ data: String?) -> InitStep {
      .mount(
        MountAction(
          source: .fileSystem(type: type, source: type, flags: .readOnly, data: data), destination: "/m"))
    }
    let bind = InitStep.mount(MountAction(source: .bind(path: "/a", recursive: true), destination: "/b"))
    let before = [
      mount("proc", nil), mount("sysfs", nil), mount("tmpfs", "mode=755"), mount("devpts", nil),
      mount("mqueue", nil), bind,
    ]
    #expect(
      labelled(before, "u:o:t:s0:c1,c2") == [
        before[0], before[1], mount("tmpfs", "mode=755,context=\"u:o:t:s0:c1,c2\""),
        mount("devpts", "context=\"u:o:t:s0:c1,c2\""),
        before[4], .labelMount(path: "/m", "u:o:t:s0:c1,c2"), bind,
      ])
    #expect(
      labelled([mount("tmpfs", nil)], "u:o:t:s0", as: "rootcontext") == [
        mount("tmpfs", "rootcontext=\"u:o:t:s0\"")
      ])
    #expect(labelled(before, nil) == before)
    #expect(labelled(before, "") == before)
  }

  // The annotation is crun's; podman writes it for `label=nested`.
  @Test func anAnnotationSaysByWhichOptionAMountHasTheLabel() {
    var spec = Samples.spec()
    #expect(spec.mountLabelOption == "context")
    spec.annotations = ["run.oci.mount_context_type": "rootcontext"]
    #expect(spec.mountLabelOption == "rootcontext")
    #expect(spec.mountLabelOptionViolations.isEmpty)
    spec.annotations = ["run.oci.mount_context_type": "size=1,context"]
    #expect(
      spec.mountLabelOptionViolations.map { "\($0.path): \($0.problem)" } == [
        "annotations[\"run.oci.mount_context_type\"]: unknown type \"size=1,context\", expected context, fscontext, defcontext or rootcontext"
      ])
  }

  @Test func refusals() {
    func found(_ change: (inout RuntimeSpec.Process) -> Void) -> [String] {
      ProcessRules.violations(Samples.process(change)).map { "\($0.path): \($0.problem)" }
    }
    #expect(
      found { $0.apparmorProfile = "a\nb" }
        == ["process.apparmorProfile: holds a NUL byte or a line break"])
    #expect(
      found {
        $0.apparmorProfile = "a"
        $0.selinuxLabel = "b"
      } == ["process.selinuxLabel: cannot be had beside an apparmorProfile"])
    let labels = ProcessLabels(Samples.process { $0.selinuxLabel = "a:b:c" })
    #expect(
      labels.unavailable().map(\.problem)
        == (SecurityModule.seLinux.isEnabled ? [] : ["SELinux is not enabled on this host, needed none"]))
  }
}
