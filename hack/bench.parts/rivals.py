"""apus, podman and docker side by side, for the parts of hack/bench that measure whole engines.

Everything is in namespaces that end with the bench: mounts (its own /run; what is written to /etc or /var/lib is written to
a memory file system), processes (whatever still runs is killed), and for each engine a network. Each has roots of its own;
docker has a daemon of its own.
"""

import ctypes, os, shutil, signal, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BIN = os.environ.get("APUS_BIN_DIR", TOP + "/.build/release")
NULL = subprocess.DEVNULL
QUIET = {"stdin": NULL, "stdout": NULL, "stderr": NULL}
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000

# crun refuses the hybrid layout of cgroups: v1 alone.
PREPARE = """\
set -e
umount /sys/fs/cgroup/unified 2>/dev/null || true
mount -t tmpfs -o mode=755 tmpfs /run
for tree in /etc /var/lib; do
  mkdir -p "/run/writes$tree" "/run/work$tree"
  mount -t overlay -o "lowerdir=$tree,upperdir=/run/writes$tree,workdir=/run/work$tree" overlay "$tree"
done
"$@"
exit $?
"""


class Failed(Exception):
    """What could not be done, in one line."""


def inside(script, arguments):
    """Runs the script once more, where nothing that it does is seen; its room is in BENCH_ROOM. Ends the program."""
    if os.geteuid() != 0:
        sys.exit("bench: containers are started as root; run it as root")
    room = tempfile.mkdtemp(prefix="apus-bench-")
    os.chmod(room, 0o755)
    words = ["unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc", "--kill-child"]
    words += ["sh", "-c", PREPARE, "sh", sys.executable, script, *arguments]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    process = subprocess.Popen(words, env={**os.environ, "BENCH_ROOM": room})
    try:
        status = process.wait()
    finally:
        if process.poll() is None:
            process.kill()  # The first process in there follows, and with it all.
            process.wait()
        ids = os.listdir(room + "/apus/containers") if os.path.isdir(room + "/apus/containers") else []
        remove_cgroups([os.path.basename(room)] + [f"apus-{identity}" for identity in ids])
        shutil.rmtree(room, ignore_errors=True)
    sys.exit(status)


def remove_cgroups(names):
    """Processes may live a moment longer than those that killed them."""
    deadline = time.monotonic() + 5
    found = [f"/sys/fs/cgroup/{each}/{name}" for each in os.listdir("/sys/fs/cgroup") for name in names]
    for directory in [one for top in found for one, _, _ in os.walk(top, topdown=False)]:
        while True:
            try:
                os.rmdir(directory)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    print(f"bench: left behind: {error}", file=sys.stderr)
                    break
                time.sleep(0.05)


def call(words, within=600, **options):
    """What a command prints."""
    try:
        done = subprocess.run(words, stdin=NULL, capture_output=True, text=True, timeout=within, **options)
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(words[:1] + words[-4:])}: no end after {within} s") from None
    if done.returncode != 0:
        said = (done.stderr.strip() or f"status {done.returncode}").splitlines()
        raise Failed(next((line for line in said if "rror" in line or "known" in line), said[-1]).strip())
    return done.stdout


class Network:
    """A network namespace, and one beside it that is the world outside: 10.9.0.1 is the engine's host, 10.9.0.2 is it."""

    def __init__(self):
        self.file, self.outside = self.make(), self.make()
        self.enter()
        path = f"/proc/{os.getpid()}/fd/{self.outside}"
        script = f"""set -e
            ip link set lo up
            ip link add out0 type veth peer name eth0 netns {path}
            ip addr add 10.9.0.1/24 dev out0
            ip link set out0 up
            nsenter --net={path} sh -c 'ip link set lo up; ip addr add 10.9.0.2/24 dev eth0; ip link set eth0 up'"""
        call(["sh", "-c", script], pass_fds=[self.outside])

    @staticmethod
    def make():
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def enter(self, outside=False):
        """What is started from now on is there."""
        if LIBC.setns(self.outside if outside else self.file, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


class Engine:
    name = "apus"

    def __init__(self, room):
        self.room = room
        self.network = Network()
        self.run_options = []
        self.words = self.prepare()

    def prepare(self):
        """Makes what the engine needs; the words that its commands begin with."""
        if not os.access(BIN + "/apus", os.X_OK):
            raise Failed("hack/build-release has not made it")
        return [BIN + "/apus", "--root", self.room + "/apus", "--run-root", self.room + "/apus-run"]

    def __call__(self, *words):
        return self.words + list(words)

    def run(self, *words, network="none"):
        return self.words + ["run", "--network", network, *self.run_options, *words]

    def call(self, *words):
        self.network.enter()
        return call(self(*words))

    def start(self, *words, network="none"):
        """Runs a container in the background."""
        self.network.enter()
        call(self.run("-d", *words, network=network))

    def remove_containers(self):
        if ids := self.call("ps", "-aq").split():
            self.call("rm", "-f", *ids)

    def end(self):
        try:
            self.remove_containers()
        except Failed as failure:
            print(f"bench: {self.name}: {failure}", file=sys.stderr)


class Podman(Engine):
    name = "podman"

    def prepare(self):
        podman, runtime = shutil.which("podman"), shutil.which("crun") or shutil.which("runc")
        if not podman or not runtime:
            raise Failed("not installed")
        room = self.room
        with open(room + "/containers.conf", "w") as file:  # Without CAP_SYS_RESOURCE podman cannot raise its limits.
            file.write('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n')
            file.write(f'[network]\nnetwork_config_dir = "{room}/podman-networks"\n')
        os.environ["CONTAINERS_CONF"] = room + "/containers.conf"
        self.run_options = ["--cgroup-parent", "/" + os.path.basename(room)]
        words = [podman, "--root", room + "/podman", "--runroot", room + "/podman-run", "--tmpdir", room + "/podman-tmp"]
        return words + ["--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", runtime]

    def remove_containers(self):
        if ids := self.call("ps", "-aq").split():
            self.call("rm", "-f", "-t", "0", *ids)


class Docker(Engine):
    name = "docker"
    daemon = None

    def prepare(self):
        # Debian's client, which is as old as its daemon, if it is there.
        client = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else shutil.which("docker")
        daemon = shutil.which("dockerd", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
        if not client or not daemon:
            raise Failed("not installed")
        room = self.room + "/docker"
        os.makedirs(room)
        os.environ["DOCKER_CONFIG"] = room  # podman looks there, too.
        for name in ("config.json", "daemon.json"):
            with open(f"{room}/{name}", "w") as file:
                file.write("{}")
        words = [daemon, "--data-root", room + "/data", "--exec-root", "/run/docker", "--pidfile", room + "/pid"]
        words += ["-H", f"unix://{room}/socket", "--cgroup-parent", "/" + os.path.basename(self.room)]
        words += ["--exec-opt", "native.cgroupdriver=cgroupfs", "--oom-score-adjust", "0", "--config-file", room + "/daemon.json"]
        with open(room + "/log", "w") as log:
            self.daemon = subprocess.Popen(words, stdin=NULL, stdout=log, stderr=log)
        words, deadline = [client, "-H", f"unix://{room}/socket"], time.monotonic() + 30
        while subprocess.run([*words, "version"], **QUIET).returncode != 0:
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                raise Failed("its daemon does not start: " + open(room + "/log").read().strip().splitlines()[-1])
            time.sleep(0.1)
        return words

    def end(self):
        super().end()
        self.daemon.terminate()
        try:
            self.daemon.wait(20)
        except subprocess.TimeoutExpired:
            self.daemon.kill()


def engines(room):
    """Those that are there; what there is not is said."""
    found = []
    for kind in (Engine, Podman, Docker):
        try:
            found.append(kind(room))
        except Failed as failure:
            print(f"{kind.name}: not measured: {failure}", flush=True)
    return found


def import_busybox(found, room, **files):
    """The image bench-busybox, with programs of the bench's own in it; engines that cannot have it are left out."""
    call([TOP + "/hack/make-busybox-rootfs", room + "/rootfs"])
    for name, path in files.items():
        shutil.copy(path, f"{room}/rootfs/bin/{name}")
    call(["tar", "-C", room + "/rootfs", "-cf", room + "/rootfs.tar", "."])
    for engine in list(found):
        try:
            engine.call("import", room + "/rootfs.tar", "bench-busybox")
        except Failed as failure:
            print(f"{engine.name}: not measured: {failure}", flush=True)
            found.remove(engine)
