"""The two whole engines, whose command lines are almost the same."""

import json, os, subprocess

from caller import IMAGE, Caller, Failed, eventually, expect


class Engine(Caller):
    at_once = []

    def run(self, *words, **expected):
        return self.call("run", *self.run_flags(), *words, **expected)

    def run_flags(self):
        return ["--network", "none", "--cgroup-parent", self.parent]

    def started(self, script, *flags):
        """A container in the background; returns its name."""
        name = self.fresh()
        self.run("-d", "--name", name, *flags, IMAGE, "sh", "-c", script)
        return name

    def state(self, name, field):
        return self.call("inspect", "-f", "{{.State." + field + "}}", name).out.strip()

    def is_running(self, name):
        eventually(f"{name} runs", lambda: self.state(name, "Running") == "true")

    def says(self, name, text):
        eventually(f"{name} says {text}", lambda: text in self.call("logs", name).out)

    def tidy(self):
        names = self.call("ps", "-aq").out.split()
        if names:
            self.call("rm", "-f", *self.at_once, *names)

    def do_run(self):
        expect(self.run("--rm", IMAGE, "echo", "hello").out == "hello\n", "hello did not arrive")

    def do_exit(self):
        self.run("--rm", IMAGE, "sh", "-c", "exit 7", status=7)

    def do_missing(self):
        said = self.run("--rm", IMAGE, "nosuch", status=127)
        expect("nosuch" in said.err, said)

    def do_not_executable(self):
        self.run("--rm", IMAGE, "/etc/passwd", status=126)

    def do_detached(self):
        self.is_running(self.started("sleep 60"))

    def do_terminal(self):
        self.on_terminal("run", *self.run_flags(), "--rm", "-it", IMAGE, "sh", "-c", self.sees_terminal)

    def do_user(self):
        said = self.run("--rm", "-u", "1000:29", IMAGE, "sh", "-c", "id -u; id -g").out
        expect(said == "1000\n29\n", f"user and group inside: {said!r}")

    def do_logs(self):
        name = self.started("echo out; echo err >&2")
        self.call("wait", name)
        logs = self.call("logs", name)
        expect((logs.out, logs.err) == ("out\n", "err\n"), f"logs: {logs.out!r}, {logs.err!r}")

    def do_exec(self):
        name = self.started("sleep 60")
        said = self.call("exec", name, "sh", "-c", "echo in; exit 7", status=7)
        expect(said.out == "in\n", said)

    def do_exec_missing(self):
        self.call("exec", self.started("sleep 60"), "nosuch", status=self.exec_missing)

    def do_exec_terminal(self):
        self.on_terminal("exec", "-it", self.started("sleep 60"), "sh", "-c", self.sees_terminal)

    def do_pause(self):
        name = self.started("while sleep 0.05; do echo tick; done")
        self.says(name, "tick")
        self.call("pause", name)
        expect(self.state(name, "Status") == "paused", "status after pause: " + self.state(name, "Status"))
        before = self.call("logs", name).out
        expect(before == self.call("logs", name).out, "a paused container went on writing")
        self.call("unpause", name)
        eventually("it goes on", lambda: len(self.call("logs", name).out) > len(before))

    def do_stats(self):
        said = self.call("stats", "--no-stream", "--format", "{{.PIDs}}", self.started("sleep 60 & wait"))
        expect(said.out.strip() == "2", said)

    def do_top(self):
        said = self.call("top", self.started("sleep 61"))
        expect("sleep 61" in said.out, said)

    def do_kill(self):
        name = self.started("trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done")
        self.says(name, "ready")
        self.call("kill", "-s", "USR1", name)
        expect(self.call("wait", name).out == "9\n", "the signal did not do what the container makes of it")

    def do_stop(self):
        name = self.started("trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done")
        self.says(name, "ready")
        self.call("stop", "-t", "20", name)
        expect(self.state(name, "ExitCode") == "3", "exit code after TERM: " + self.state(name, "ExitCode"))
        name = self.started("trap '' TERM; echo ready; while :; do sleep 0.05; done")
        self.says(name, "ready")
        self.call("stop", "-t", "1", name)
        expect(self.state(name, "ExitCode") == "137", "exit code after KILL: " + self.state(name, "ExitCode"))

    def do_remove(self):
        name = self.started("sleep 60")
        pid = self.state(name, "Pid")
        self.call("rm", "-f", *self.at_once, name)
        expect(not os.path.exists(f"/proc/{pid}"), f"process {pid} lives on")
        self.call("inspect", name, status=None)

    def do_memory(self):
        self.shows_memory_limit(self.run("--rm", "-m", "64m", IMAGE, "sh", "-c", self.memory_limit).out)

    def do_no_pids_limit(self):
        # podman writes a limit of 0 for it.
        said = self.run("--rm", "--pids-limit", "-1", IMAGE, "sh", "-c", "echo from another | cat")
        expect(said.out == "from another\n", said)

    def do_out_of_memory(self):
        name = self.fresh()
        self.run("--name", name, "-m", "16m", IMAGE, "sh", "-c", self.eats_memory, status=137)
        eventually("the caller says so", lambda: self.state(name, "OOMKilled") == "true", within=5)

    def do_build(self):
        context = self.room + "/context"
        os.makedirs(context, exist_ok=True)
        with open(context + "/Dockerfile", "w") as file:
            file.write(f"FROM {IMAGE}\nRUN echo built >/built && test $(id -u) = 0\n")
        self.call("build", *self.build_flags(), "-t", "localhost/built", context, within=120)
        expect(self.run("--rm", "localhost/built", "cat", "/built").out == "built\n", "the image lacks what RUN made")

    actions = {
        "run": do_run, "run: exit 7": do_exit, "run: no such program": do_missing,
        "run: not executable": do_not_executable, "run -d": do_detached, "run -t": do_terminal, "run -u": do_user,
        "logs": do_logs, "exec": do_exec, "exec: no such program": do_exec_missing, "exec -t": do_exec_terminal,
        "pause": do_pause, "stats": do_stats, "top": do_top, "kill": do_kill, "stop": do_stop, "rm -f": do_remove,
        "memory limit": do_memory, "no pids limit": do_no_pids_limit, "out of memory": do_out_of_memory, "build": do_build,
    }  # fmt: skip


class Docker(Engine):
    # Docker 20.10 ends with 126, 28 with 127.
    name, programs, exec_missing = "docker", ["dockerd", "docker", "containerd"], (126, 127)

    def begin(self, archive):
        room = self.room + "/docker"
        os.makedirs(room)
        config = {
            "data-root": room + "/data", "exec-root": "/run/docker", "pidfile": room + "/pid",
            "hosts": [f"unix://{room}/socket"], "bridge": "none", "iptables": False,
            "exec-opts": ["native.cgroupdriver=cgroupfs"], "cgroup-parent": self.parent,
            "runtimes": {"tested": {"path": self.runtime}}, "default-runtime": "tested",
        }  # fmt: skip
        # Up to 24.0 dockerd lowers its own score, which needs CAP_SYS_RESOURCE; from 25.0 on the option is unknown.
        if "--oom-score-adjust" in subprocess.run(["dockerd", "--help"], capture_output=True, text=True).stdout:
            config["oom-score-adjust"] = 0
        with open(room + "/daemon.json", "w") as file:
            json.dump(config, file)
        with open(room + "/log", "w") as log:
            words = ["dockerd", "--config-file", room + "/daemon.json"]
            self.daemon = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually("dockerd answers", lambda: self.answers(room), within=30)
        self.call("load", "-q", "-i", archive)

    def answers(self, room):
        if self.daemon.poll() is not None:
            raise Failed("dockerd: " + open(room + "/log").read().strip().splitlines()[-1])
        return subprocess.run([*self.command(), "version"], capture_output=True).returncode == 0

    def end(self):
        self.daemon.terminate()
        try:
            self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()

    def command(self):
        # Debian's client, which is as old as its daemon, and not another one on PATH.
        return ["/usr/bin/docker", "-H", f"unix://{self.room}/docker/socket"]

    def environment(self):
        return {"DOCKER_BUILDKIT": "0", "DOCKER_CONFIG": self.room + "/docker"}

    def build_flags(self):
        return ["--network", "none"]

    def do_update(self):
        name = self.started("sleep 60", "-m", "32m")
        self.call("update", "-m", "64m", "--memory-swap", "-1", name)
        self.shows_memory_limit(self.call("exec", name, "sh", "-c", self.memory_limit).out)

    actions = {**Engine.actions, "update": do_update}
