"""podman with its own conmon, and with apus-shim in conmon's place."""

import glob, os, re, socket

from caller import IMAGE, expect, eventually
from engines import Engine


def journal_fields(record):
    """The fields of a record: `NAME=value` on a line, or a name, its length in 8 bytes, the value and a line end
    (systemd.io/JOURNAL_NATIVE_PROTOCOL). A message may have its own line end or not: readers cut it off."""
    fields = {}
    while record:
        line, record = record.split(b"\n", 1)
        name, sign, value = line.partition(b"=")
        if not sign:
            length = int.from_bytes(record[:8], "little")
            value, record = record[8 : 8 + length], record[9 + length :]
        fields[name.decode()] = value.decode().removesuffix("\n")
    return fields


class Podman(Engine):
    name, programs, exec_missing, at_once = "podman", ["podman", "conmon"], 127, ["-t", "0"]
    # What the first caller that tried an action was told; the next must be told the same.
    told = {}

    def begin(self, archive):
        with open(self.room + "/containers.conf", "w") as file:
            # Without CAP_SYS_RESOURCE podman cannot raise its limits.
            file.write('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n')
            file.write(f'[engine]\nruntime_supports_json = ["{os.path.basename(self.runtime)}"]\n')
        self.call("load", "-q", "-i", archive)

    def place(self, option):
        return f"{self.room}/{self.name}-{option}"

    def command(self):
        places = [f"--{option}={self.place(option)}" for option in ("root", "runroot", "tmpdir")]
        return [
            "podman", *places, "--cgroup-manager=cgroupfs", "--events-backend=file", "--runtime", self.runtime,
        ]  # fmt: skip

    def environment(self):
        # podman 5 warns of cgroup v1 on stderr.
        return {
            "CONTAINERS_CONF": self.room + "/containers.conf", "BUILDAH_RUNTIME": self.runtime,
            "PODMAN_IGNORE_CGROUPSV1_WARNING": "1",
        }  # fmt: skip

    def build_flags(self):
        # The cgroup itself, not its parent.
        return ["--isolation", "oci", "--network", "none", "--cgroup-parent", self.parent + "/build"]

    def same(self, action, told):
        """Whether this caller is told the same as the one before it."""
        before = self.told.setdefault(action, told)
        expect(told == before, f"{action}: {told!r}, and with the caller before: {before!r}")

    def files(self, pattern):
        return glob.glob(f"{self.place('root')}/overlay-containers/*/userdata/{pattern}")

    def do_logs(self):
        super().do_logs()
        script = "echo out; echo err >&2; printf 'no end'; head -c 20000 /dev/zero | tr '\\0' x"
        for driver in ("k8s-file", "json-file"):
            name = self.started(script, "--log-driver", driver)
            self.call("wait", name)
            logs = self.call("logs", name)
            self.same("logs " + driver, (logs.out, logs.err))
            self.call("rm", name)
        name = self.started("echo out; echo err >&2")
        self.call("wait", name)
        lines = [line.split(" ", 1)[1] for line in open(self.files("ctr.log")[0])]
        self.same("log file", sorted(lines))
        said = self.run("--rm", "--log-driver", "none", IMAGE, "echo", "attached")
        expect(said.out == "attached\n", said)
        said = self.run("--rm", "--log-driver", "passthrough", IMAGE, "sh", "-c", "echo passed; echo on >&2")
        self.same("log driver passthrough", (said.out, said.err))

    def do_journal(self):
        """The fields of each record, as the journal would get them."""
        compared = ("MESSAGE", "PRIORITY", "CONTAINER_NAME", "CONTAINER_TAG", "SYSLOG_IDENTIFIER")
        os.makedirs("/run/systemd/journal", exist_ok=True)
        path = "/run/systemd/journal/socket"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.bind(path)
            journal.settimeout(10)
            try:
                self.run("--log-driver", "journald", "--log-opt", "tag=mine", "--name", "journaled", IMAGE, "sh", "-c",
                         "echo out; sleep 0.1; echo err >&2")  # fmt: skip
                records = []
                while len(records) < 2:
                    record = journal_fields(journal.recv(65536))
                    if "PODMAN_EVENT" not in record:
                        expect(record["CONTAINER_ID_FULL"].startswith(record["CONTAINER_ID"]), record)
                        records.append({key: value for key, value in record.items() if key in compared})
            finally:
                os.remove(path)
        self.same("journal", records)

    def do_input(self):
        said = self.run("--rm", "-i", IMAGE, "cat", typed="typed\n")
        expect(said.out == "typed\n", said)
        name = self.started("sleep 60")
        said = self.call("exec", "-i", name, "wc", "-c", typed="x" * 300000)
        expect(said.out.strip() == "300000", said)

    def do_attach(self):
        name = self.fresh()
        self.run("-dit", "--name", name, IMAGE, "sh")
        # podman knows the keys only if each comes alone, also when the machine is busy; the shell may show something in
        # between or not.
        keys = [("", b"echo $((40 + 2))\n"), ("42", b"\x10"), ("", b"\x11", 2)]
        self.on_terminal("attach", name, typing=keys)
        expect(self.state(name, "Running") == "true", "it ended when its client detached")
        # podman 4.3 ends attach with 0, whatever the container's end was.
        shown = self.on_terminal("attach", name, typing=[("", b"stty size; exit 5\n")])
        expect("40 100" in shown, f"the window inside: {shown!r}")
        eventually("the end is known", lambda: self.state(name, "ExitCode") == "5")
        name = self.fresh()
        self.run("-d", "-i", "--name", name, IMAGE, "sh", "-c", "while read line; do echo got $line; done; exit 4")
        said = self.call("attach", name, typed="one\ntwo\n")
        eventually("the end is known", lambda: self.state(name, "ExitCode") == "4")
        self.same("attach with input", said.out)

    def do_large_output(self):
        said = self.run("--rm", IMAGE, "sh", "-c", "seq 1 200000; echo end >&2", within=60)
        expect(said.out == "".join(f"{n}\n" for n in range(1, 200001)), f"{len(said.out)} bytes of output")
        expect(said.err == "end\n", said.err)

    def do_exec_detached(self):
        name = self.started("sleep 60")
        self.call("exec", "-d", name, "sh", "-c", "echo done >/made; sleep 60")
        eventually("it ran", lambda: self.call("exec", name, "cat", "/made", status=0).out == "done\n")

    def do_restart(self):
        name = self.started("echo ran; exec sleep 60")
        pid = self.state(name, "Pid")
        self.call("restart", "-t", "0", name)
        self.is_running(name)
        expect(self.state(name, "Pid") != pid, "it is the same process")
        eventually("its log has both runs", lambda: self.call("logs", name).out == "ran\nran\n")

    def do_restart_policy(self):
        name = self.started("echo ran; exit 3", "--restart", "on-failure:2")
        # podman restarts it in the exit command, and counts there.
        eventually("it ran three times", lambda: self.call("logs", name).out == "ran\n" * 3, within=30)
        eventually("it stays ended", lambda: self.state(name, "Status") == "exited")
        self.same("restart policy", self.state(name, "ExitCode"))

    def do_wait(self):
        self.same("wait", self.call("wait", self.started("sleep 0.3; exit 6")).out)
        name = self.fresh()
        self.run("-d", "--rm", "--name", name, IMAGE, "sleep", "0.3")
        eventually("it is removed", lambda: name not in self.call("ps", "-a", "--format", "{{.Names}}").out)

    def do_timeout(self):
        self.run("--timeout", "1", IMAGE, "sleep", "60", status=255)

    def do_health(self):
        flags = ["--health-interval", "disable", "--health-retries", "1"]
        name = self.started("sleep 60", "--health-cmd", "test ! -e /sick", *flags)
        self.call("healthcheck", "run", name)
        self.call("exec", name, "touch", "/sick")
        self.call("healthcheck", "run", name, status=1)
        self.same("health", self.state(name, "Health.Status" if self.has_health(name) else "Healthcheck.Status"))

    def has_health(self, name):
        return '"Health":' in self.call("inspect", name).out

    def do_pod(self):
        pod = self.fresh()
        self.call("pod", "create", "--name", pod, "--network", "none", "--cgroup-parent", self.parent, "--infra-image",
                  IMAGE, "--infra-command", "sleep 60")  # fmt: skip
        try:
            said = self.call("run", "--rm", "--pod", pod, IMAGE, "sh", "-c", "hostname; exit 2", status=2)
            expect(said.out == pod + "\n", said)
            self.call("run", "-d", "--pod", pod, IMAGE, "sleep", "60")
            self.call("pod", "stop", "-t", "0", pod)
        finally:
            self.call("pod", "rm", "-f", "-t", "0", pod)

    def do_notify(self):
        path = self.room + "/notified"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as host:
            host.bind(path)
            host.settimeout(10)
            os.environ["NOTIFY_SOCKET"] = path
            try:
                self.started("sleep 60", "--sdnotify", "container")
                place = os.open(self.files("notify")[0], os.O_PATH)
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inside:
                    # Its whole path is too long for an address.
                    inside.connect(f"/proc/self/fd/{place}/notify.sock")
                    inside.send(b"STATUS=not for the host\n")
                    inside.send(b"STATUS=here\nREADY=1\n")
                os.close(place)
                messages = []
                while "READY=1" not in messages:
                    messages.append(host.recv(4096).decode())
            finally:
                del os.environ["NOTIFY_SOCKET"]
                os.remove(path)
        self.same("notify", [re.sub(r"\d+", "N", message) for message in messages])

    def do_out_of_memory(self):
        # podman 4.3 does not show, with any runtime, that conmon saw it.
        self.run("--rm", "-m", "16m", IMAGE, "sh", "-c", self.eats_memory, status=137)

    actions = {
        **Engine.actions, "logs": do_logs, "journal": do_journal, "input": do_input, "attach": do_attach,
        "large output": do_large_output, "exec -d": do_exec_detached, "restart": do_restart,
        "restart policy": do_restart_policy, "wait": do_wait, "timeout": do_timeout, "healthcheck": do_health,
        "pod": do_pod, "notify": do_notify, "out of memory": do_out_of_memory,
    }  # fmt: skip


class PodmanOnShim(Podman):
    """podman that takes apus-shim for conmon (spec/conmon.md)."""

    name, programs, shim = "podman-shim", ["podman"], ""

    @classmethod
    def is_there(cls):
        return super().is_there() and os.access(cls.shim, os.X_OK)

    def command(self):
        return [*super().command(), "--conmon", self.shim]

    # conmon leaves the file that says so in the directory where podman was called, ours where podman looks.
    actions = {**Podman.actions, "out of memory": Engine.do_out_of_memory}
