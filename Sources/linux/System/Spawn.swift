internal import CLinux
internal import Glibc

/// How to start another program. Descriptors that are not listed are closed in it.
package struct SpawnPlan: Sendable {
  /// An absolute path.
  package var program: String
  /// With the program's name first.
  package var arguments: [String]
  package var environment: [String]
  /// Which descriptor numbers the program is born with: `(number in the program, number here)`. What is here must
  /// stay open until `spawn` returns. 0, 1 and 2 that are not listed are /dev/null.
  package var descriptors: [(Int32, Int32)] = []
  /// Whether it starts a session of its own (setsid(2)).
  package var newSession = false
  /// Whether it leads a process group of its own, which on a terminal (its stdin) is the one in the foreground.
  package var newProcessGroup = false
  /// The working directory; nil keeps this process's.
  package var directory: String?

  package init(_ program: String, _ arguments: [String], environment: [String] = Environment.all()) {
    self.program = program
    self.arguments = [program] + arguments
    self.environment = environment
  }
}

/// Starts a program with default signals. Safe in a process with threads, since nothing of ours runs between fork
/// and exec. Calls `posix_spawn(3)`.
/// - Throws: `SystemError` naming the program, when it cannot be executed.
package func spawn(_ plan: SpawnPlan) throws(SystemError) -> ProcessHandle {
  var actions = unsafe posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  guard unsafe posix_spawn_file_actions_init(&actions) == 0, unsafe posix_spawnattr_init(&attributes) == 0
  else {
    throw SystemError("posix_spawn", code: ENOMEM)
  }
  defer {
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }
  try unsafe prepareDescriptors(plan, &actions)
  var none = sigset_t()
  var all = sigset_t()
  _ = unsafe sigemptyset(&none)
  _ = unsafe sigfillset(&all)
  _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
  _ = unsafe posix_spawnattr_setsigdefault(&attributes, &all)
  let flags =
    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (plan.newSession ? Int32(clinux_POSIX_SPAWN_SETSID) : 0)
    | (plan.newProcessGroup ? POSIX_SPAWN_SETPGROUP : 0)
  _ = unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
  var pid: pid_t = 0
  var code: Int32 = 0
  try unsafe withCStringArray(plan.arguments) { (argv) throws(SystemError) in
    try unsafe withCStringArray(plan.environment) { (envp) throws(SystemError) in
      code = unsafe posix_spawn(&pid, plan.program, &actions, &attributes, argv, envp)
    }
  }
  if code != 0 { throw SystemError("start", code: code, subject: plan.program) }
  return try ProcessHandle(pid: pid)
}

private func prepareDescriptors(
  _ plan: SpawnPlan, _ actions: inout posix_spawn_file_actions_t
) throws(SystemError) {
  var results: [Int32] = []
  // Numbers may overlap (1 → 2 while 2 → 1): first move every source above all targets, then down to its place.
  let high = (plan.descriptors.map { max($0.0, $0.1) }.max() ?? 2) + 1
  for (index, pair) in plan.descriptors.enumerated() {
    unsafe results.append(posix_spawn_file_actions_adddup2(&actions, pair.1, high + Int32(index)))
  }
  for (index, pair) in plan.descriptors.enumerated() {
    unsafe results.append(posix_spawn_file_actions_adddup2(&actions, high + Int32(index), pair.0))
  }
  for number: Int32 in 0...2 where !plan.descriptors.contains(where: { $0.0 == number }) {
    unsafe results.append(posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0))
  }
  // Only now is it known what must stay; everything above the highest listed number goes.
  let last = max(2, plan.descriptors.map(\.0).max() ?? 2)
  for number in 3..<max(last, 3) where !plan.descriptors.contains(where: { $0.0 == number }) {
    unsafe results.append(posix_spawn_file_actions_addclose(&actions, number))
  }
  unsafe results.append(clinux_spawn_close_from(&actions, last + 1))
  if plan.newProcessGroup, StandardDescriptor.input.isTerminal {
    // By the child, before it is the program: one that reads at once would be stopped in the background.
    unsafe results.append(clinux_spawn_take_terminal(&actions, 0))
  }
  if let directory = plan.directory {
    unsafe results.append(clinux_spawn_change_directory(&actions, directory))
  }
  if let failed = results.first(where: { $0 != 0 }) { throw SystemError("posix_spawn", code: failed) }
}
