"""The callers that are no whole engines: buildah, and containerd with its ctr."""

import os, subprocess

from caller import IMAGE, Caller, Failed, eventually, expect


class Buildah(Caller):
    name, programs = "buildah", ["buildah"]

    def begin(self, archive):
        self.archive = archive
        with open(self.room + "/buildah.conf", "w") as file:
            file.write('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n')

    def command(self):
        return ["buildah", f"--root={self.room}/buildah", f"--runroot={self.room}/buildah-run"]

    def environment(self):
        return {"CONTAINERS_CONF": self.room + "/buildah.conf", "BUILDAH_RUNTIME": self.runtime}

    def made(self, *flags):
        name = self.fresh()
        self.call("from", "--name", name, "--cgroup-parent", f"{self.parent}/{name}", *flags, "docker-archive:" + self.archive)
        return name

    def how(self):
        return ["--isolation", "oci", "--runtime", self.runtime]

    def run(self, name, *words, **expected):
        return self.call("run", *self.how(), name, "--", *words, **expected)

    def tidy(self):
        self.call("rm", "-a")

    def do_run(self):
        expect(self.run(self.made(), "echo", "hello").out == "hello\n", "hello did not arrive")

    def do_exit(self):
        self.run(self.made(), "sh", "-c", "exit 7", status=7)

    def do_missing(self):
        said = self.run(self.made(), "nosuch", status=None)
        expect("executable file not found in" in said.err, said)

    def do_not_executable(self):
        said = self.run(self.made(), "/etc/passwd", status=None)
        expect("permission denied" in said.err.lower(), said)

    def do_terminal(self):
        self.on_terminal("run", *self.how(), "-t", self.made(), "--", "sh", "-c", "test -t 0 && test -t 1")

    def do_user(self):
        name = self.made()
        said = self.call("run", *self.how(), "--user", "1000:29", name, "--", "sh", "-c", "id -u; id -g").out
        expect(said == "1000\n29\n", f"user and group inside: {said!r}")

    def do_memory(self):
        name = self.made("-m", "64m")
        script = "d=/sys/fs/cgroup/memory$(sed -n 's/.*:memory://p' /proc/self/cgroup); cat $d/memory.limit_in_bytes"
        said = self.call("run", *self.how(), "-v", "/sys/fs/cgroup:/host:ro", name, "--", "sh", "-c",
                         script.replace("/sys/fs/cgroup", "/host")).out  # fmt: skip
        self.shows_memory_limit(said)

    def do_out_of_memory(self):
        self.run(self.made("-m", "16m"), "sh", "-c", self.eats_memory, status=137)

    def do_build(self):
        context = self.room + "/buildah-context"
        os.makedirs(context, exist_ok=True)
        with open(context + "/Dockerfile", "w") as file:
            file.write(f"FROM docker-archive:{self.archive}\nRUN echo built >/built && test $(id -u) = 0\n")
        self.call("bud", *self.how(), "--cgroup-parent", self.parent + "/build", "-t", "localhost/built", context, within=120)
        name = self.fresh()
        self.call("from", "--name", name, "localhost/built")
        expect(self.run(name, "cat", "/built").out == "built\n", "the image lacks what RUN made")

    actions = {
        "run": do_run, "run: exit 7": do_exit, "run: no such program": do_missing,
        "run: not executable": do_not_executable, "run -t": do_terminal, "run -u": do_user, "memory limit": do_memory,
        "out of memory": do_out_of_memory, "build": do_build,
    }  # fmt: skip


class Containerd(Caller):
    name, programs = "containerd", ["containerd", "ctr", "containerd-shim-runc-v2"]

    def begin(self, archive):
        room = self.room + "/containerd"
        os.makedirs(room)
        with open(room + "/config.toml", "w") as file:
            file.write(f'version = 2\nroot = "{room}/root"\nstate = "/run/containerd"\n')
            file.write('disabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
            file.write(f'[grpc]\naddress = "{room}/socket"\n')
        self.log = room + "/log"
        with open(self.log, "w") as log:
            words = ["containerd", "--config", room + "/config.toml"]
            self.daemon = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually("containerd answers", self.answers, within=30)
        self.call("images", "import", archive)
        self.events = open(room + "/events", "w")
        words = [*self.command(), "events"]
        self.watcher = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.events, stderr=self.events)

    def answers(self):
        if self.daemon.poll() is not None:
            raise Failed("containerd: " + open(self.log).read().strip().splitlines()[-1])
        return subprocess.run([*self.command(), "version"], capture_output=True).returncode == 0

    def end(self):
        self.daemon.terminate()
        self.daemon.wait()

    def command(self):
        return ["ctr", "-a", self.room + "/containerd/socket"]

    def run_words(self, name, flags, words):
        flags = [*flags, "--runc-binary", self.runtime, "--cgroup", f"{self.parent}/{name}"]
        return ["run", *flags, IMAGE, name, *words]

    def run(self, *words, flags=["--rm"], **expected):
        return self.call(*self.run_words(self.fresh(), flags, words), **expected)

    def started(self, script, *flags):
        name = self.fresh()
        self.log_file = f"{self.room}/{name}.log"
        words = self.run_words(name, ["-d", "--log-uri", "file://" + self.log_file, *flags], ["sh", "-c", script])
        self.call(*words)
        return name

    def wrote(self, text):
        return os.path.exists(self.log_file) and text in open(self.log_file).read()

    def status(self, name):
        lines = self.call("tasks", "list").out.splitlines()
        return next((line.split()[-1] for line in lines if line.split()[0] == name), "gone")

    def tidy(self):
        for name in self.call("tasks", "list", "-q").out.split():
            subprocess.run([*self.command(), "tasks", "delete", "-f", name], capture_output=True, timeout=60)
        for name in self.call("containers", "list", "-q").out.split():
            self.call("containers", "delete", name)

    def do_run(self):
        expect(self.run("echo", "hello").out == "hello\n", "hello did not arrive")

    def do_exit(self):
        self.run("sh", "-c", "exit 7", status=7)

    # ctr itself ends with 1 whatever the runtime says.
    def do_missing(self):
        said = self.run("nosuch", status=None)
        expect("executable file not found in" in said.err, said)

    def do_not_executable(self):
        said = self.run("/etc/passwd", status=None)
        expect("permission denied" in said.err.lower(), said)

    def do_detached(self):
        expect(self.status(self.started("sleep 60")) == "RUNNING", "the task does not run")

    def do_terminal(self):
        words = self.run_words(self.fresh(), ["--rm", "-t"], ["sh", "-c", self.sees_terminal])
        self.on_terminal(*words)

    def execute(self, name, *words, **expected):
        return self.call("tasks", "exec", "--exec-id", self.fresh(), name, *words, **expected)

    def do_exec(self):
        said = self.execute(self.started("sleep 60"), "sh", "-c", "echo in; exit 7", status=7)
        expect(said.out == "in\n", said)

    def do_exec_missing(self):
        said = self.execute(self.started("sleep 60"), "nosuch", status=None)
        expect("executable file not found in" in said.err, said)

    def do_exec_terminal(self):
        name = self.started("sleep 60")
        self.on_terminal("tasks", "exec", "-t", "--exec-id", self.fresh(), name, "sh", "-c", self.sees_terminal)

    def do_pause(self):
        name = self.started("while sleep 0.05; do echo tick; done")
        eventually("it ticks", lambda: self.wrote("tick"))
        self.call("tasks", "pause", name)
        expect(self.status(name) == "PAUSED", "status after pause: " + self.status(name))
        before = os.path.getsize(self.log_file)
        self.call("tasks", "list")
        expect(os.path.getsize(self.log_file) == before, "a paused task went on writing")
        self.call("tasks", "resume", name)
        eventually("it goes on", lambda: os.path.getsize(self.log_file) > before)

    def do_stats(self):
        said = self.call("tasks", "metrics", self.started("sleep 60 & wait"))
        expect("pids.current" in said.out and "memory.usage" in said.out, said)

    def do_top(self):
        said = self.call("tasks", "ps", self.started("sleep 60 & wait"))
        expect(len(said.out.strip().splitlines()) == 3, said)

    def do_kill(self):
        name = self.started("trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done")
        eventually("it is ready", lambda: self.wrote("ready"))
        self.call("tasks", "kill", "-s", "SIGUSR1", name)
        eventually("it ends", lambda: self.status(name) == "STOPPED")
        said = self.call("tasks", "delete", name)
        expect("exit code 9" in said.err, said)

    def do_remove(self):
        name = self.started("sleep 60")
        self.call("tasks", "delete", "-f", name)
        expect(self.status(name) == "gone", "the task is still listed")

    def do_memory(self):
        script = "d=$(sed -n 's/.*:memory://p' /proc/self/cgroup); " + self.memory_limit.replace(
            "/memory/memory", "/memory$d/memory")  # fmt: skip
        flags = ["--rm", "--memory-limit", str(64 << 20), "--mount"]
        flags.append("type=bind,src=/sys/fs/cgroup,dst=/sys/fs/cgroup,options=rbind:ro")
        self.shows_memory_limit(self.run("sh", "-c", script, flags=flags).out)

    def do_out_of_memory(self):
        name = self.started("tail -n 1 /dev/zero; sleep 60", "--memory-limit", str(16 << 20))
        eventually("containerd says so", lambda: f'/tasks/oom {{"container_id":"{name}"' in self.seen(), within=20)

    def seen(self):
        with open(self.events.name) as file:
            return file.read()

    actions = {
        "run": do_run, "run: exit 7": do_exit, "run: no such program": do_missing,
        "run: not executable": do_not_executable, "run -d": do_detached, "run -t": do_terminal,
        "exec": do_exec, "exec: no such program": do_exec_missing, "exec -t": do_exec_terminal, "pause": do_pause,
        "stats": do_stats, "top": do_top, "kill": do_kill, "rm -f": do_remove, "memory limit": do_memory,
        "out of memory": do_out_of_memory,
    }  # fmt: skip
