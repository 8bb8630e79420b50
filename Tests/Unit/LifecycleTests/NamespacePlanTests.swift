import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle

@Suite struct NamespacePlanTests {
  typealias Namespace = RuntimeSpec.Linux.Namespace

  @Test func withoutPathsAllAreNewAndCgroupIsInitsOwnStep() throws {
    let plan = try NamespacePlan(
      [.pid, .network, .mount, .ipc, .uts, .cgroup].map { Namespace(type: $0) })
    #expect(plan.new == [.newPID, .newMount, .newIPC, .newUTS])
    #expect(plan.newNetwork)
    #expect(plan.newCgroup)
    #expect(plan.joined.isEmpty)
    #expect(plan.pidPath == nil)
    #expect(plan.hasCgroupNamespace)
    #expect(plan.hasPIDNamespace)
  }

  @Test func whatIsNotListedIsTheRuntimes() throws {
    let plan = try NamespacePlan([Namespace(type: .mount)])
    #expect(plan.new == .newMount)
    #expect(!plan.hasCgroupNamespace)
    #expect(!plan.hasPIDNamespace)
  }

  @Test func pathsAreJoinedInTheirOrder() throws {
    let plan = try NamespacePlan([
      Namespace(type: .network, path: "/run/netns/a"), Namespace(type: .mount),
      Namespace(type: .ipc, path: "/proc/7/ns/ipc"), Namespace(type: .cgroup, path: "/proc/7/ns/cgroup"),
    ])
    #expect(plan.new == .newMount)
    #expect(!plan.newCgroup)
    #expect(plan.hasCgroupNamespace)
    #expect(
      plan.joined == [
        NamespacePlan.Joined(kind: .network, path: "/run/netns/a"),
        NamespacePlan.Joined(kind: .ipc, path: "/proc/7/ns/ipc"),
        NamespacePlan.Joined(kind: .cgroup, path: "/proc/7/ns/cgroup"),
      ])
  }

  // A pid namespace is entered by birth: the supervisor joins it, init does not.
  @Test func aPIDNamespaceByPathIsTheSupervisorsToJoin() throws {
    let plan = try NamespacePlan([Namespace(type: .pid, path: "/proc/7/ns/pid"), Namespace(type: .mount)])
    #expect(plan.pidPath == "/proc/7/ns/pid")
    #expect(plan.joined.isEmpty)
    #expect(!plan.hasPIDNamespace, "its init may be somebody else")
  }

  @Test func aNewUserNamespaceIsMadeWithTheOthersInOneCall() throws {
    let plan = try NamespacePlan([.user, .network, .mount, .ipc, .pid].map { Namespace(type: $0) })
    #expect(plan.new == [.newUser, .newNetwork, .newMount, .newPID])
    #expect(plan.newIPC, "made by init, as root of the user namespace")
    #expect(plan.forerunner.isEmpty)
    #expect(plan.hasUserNamespace && plan.ownsNetwork)
  }

  // What is joined, a forerunner joins: first what the user namespace does not own, and the pid namespace last.
  @Test func withAUserNamespaceAForerunnerJoins() throws {
    let plan = try NamespacePlan(
      [
        Namespace(type: .pid, path: "/proc/7/ns/pid"), Namespace(type: .network, path: "/run/netns/a"),
        Namespace(type: .ipc, path: "/proc/7/ns/ipc"), Namespace(type: .user, path: "/proc/7/ns/user"),
        Namespace(type: .cgroup, path: "/proc/7/ns/cgroup"), Namespace(type: .mount),
      ], foreign: ["/run/netns/a"])
    #expect(plan.forerunner.map(\.kind) == [.network, .user, .ipc, .pid])
    #expect(plan.joined.map(\.kind) == [.cgroup])
    #expect(plan.new == .newMount)
    #expect(plan.pidPath == nil)
    #expect(plan.hasUserNamespace && !plan.ownsNetwork)
  }

  @Test func aJoinedNetworkIsNotTheNewUserNamespaces() throws {
    let plan = try NamespacePlan([
      Namespace(type: .network, path: "/run/netns/a"), Namespace(type: .mount), Namespace(type: .user),
    ])
    #expect(plan.forerunner.map(\.kind) == [.network])
    #expect(!plan.ownsNetwork)
  }

  @Test func aNewTimeNamespaceIsInitsOwnStep() throws {
    let plan = try NamespacePlan([Namespace(type: .time), Namespace(type: .mount)])
    #expect(plan.new == .newMount)
    #expect(plan.newTime)
    #expect(try !NamespacePlan([Namespace(type: .time, path: "/x"), Namespace(type: .mount)]).newTime)
  }

  @Test func anEmptyPathIsNone() throws {
    let plan = try NamespacePlan([Namespace(type: .mount, path: "")])
    #expect(plan.new == .newMount)
  }

  @Test(arguments: [
    (
      [Namespace(type: .mount), Namespace(type: .pid), Namespace(type: .mount)],
      "config.json: linux.namespaces[2].type: duplicate namespace \"mount\""
    ),
    (
      [Namespace(type: .pid), Namespace(type: .pid, path: "/proc/7/ns/pid"), Namespace(type: .mount)],
      "config.json: linux.namespaces[1].type: duplicate namespace \"pid\""
    ),
    (
      [Namespace(type: .mount), Namespace(type: .ipc, path: "ns/ipc")],
      "config.json: linux.namespaces[1].path: namespace path \"ns/ipc\" is not absolute"
    ),
    (
      [Namespace(type: .pid)],
      "config.json: linux.namespaces: a container without a mount namespace is not supported"
    ),
    ([], "config.json: linux.namespaces: a container without a mount namespace is not supported"),
  ])
  func refuses(_ namespaces: [Namespace], _ message: String) {
    let error = #expect(throws: LifecycleError.self) { try NamespacePlan(namespaces) }
    #expect(error?.description == message)
  }
}
