internal import LinuxSystem

/// Runs a hook in the container's namespaces. What a hook of the image's own may do is what the container's program may
/// do: its process takes the same last steps before it becomes the hook (`privileges`).
func performHook(_ hook: HookAction, _ context: inout InitContext) throws(SystemError) {
  // The container's procfs is not asked whether we have one thread: it may be anybody's, and init has one by birth.
  let home = hook.takesHome ? context.homeVariable : []
  let report = try runHook(hook, pid: ownPID(), isSingleThreaded: true, adding: home) {
    () throws(SystemError) in
    for step in hook.privileges {
      try perform(step, &context)
      // Nobody answers for a hook: without the listener a call that would wait fails with ENOSYS (seccomp_unotify(2)),
      // the hook's own execve too; with it, open in this very process, it would wait for ever.
      context.listener = nil
    }
  }
  guard let failure = report.failure else { return }
  context.hookOutput = report.takeOutput()
  throw SystemError("hook", code: failure.code, subject: hook.path)
}
