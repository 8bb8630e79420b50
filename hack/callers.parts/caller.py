"""What all callers have in common: starting commands, terminals, waiting, the image."""

import fcntl, hashlib, io, json, os, pty, select, struct, subprocess, tarfile, termios, time

IMAGE = "localhost/busybox:latest"


class Failed(Exception):
    """What went wrong, in one line."""


class Outcome:
    def __init__(self, words, status, out, err):
        self.words, self.status, self.out, self.err = words, status, out, err

    def __str__(self):
        said = (self.err or self.out).strip().splitlines()
        return f"{' '.join(self.words)} → {self.status}: {' / '.join(said[-3:]) or 'said nothing'}"


class Caller:
    """One caller on one runtime. `actions` maps a row of the table to the method that tries it."""

    name, actions = "", {}
    programs = []

    def __init__(self, room, cgroup, runtime):
        self.room, self.parent, self.runtime, self.number = room, "/" + cgroup, runtime, 0

    @classmethod
    def is_there(cls):
        return all(any(os.access(f"{d}/{p}", os.X_OK) for d in ("/usr/bin", "/usr/sbin")) for p in cls.programs)

    def begin(self, archive):
        """Starts what has to run and brings the image in."""

    def end(self):
        """Ends what `begin` started."""

    def tidy(self):
        """Removes what an action left, above all one that failed."""

    def fresh(self):
        self.number += 1
        return f"{self.name}-{self.number}"

    def call(self, *words, status=0, within=60, typed=None):
        """Runs a command with `typed` as its stdin; fails when it does not end as it should. `status=None`: in any way
        but success; a tuple: in one of these."""
        words = [*self.command(), *words]
        try:
            done = subprocess.run(
                words, input=typed or "", stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=within,
                errors="replace", env={**os.environ, **self.environment()}, cwd=self.room)  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Failed(f"{' '.join(words)}: did not end within {within} s")
        outcome = Outcome(words, done.returncode, done.stdout, done.stderr)
        wanted = status if isinstance(status, tuple) else (status,)
        if outcome.status == 0 if status is None else outcome.status not in wanted:
            raise Failed(f"{outcome} (wanted {'an error' if status is None else status})")
        return outcome

    def command(self):
        return []

    def environment(self):
        return {}

    def on_terminal(self, *words, within=30, typing=(), status=0):
        """Runs a command whose standard streams are a terminal of 100 columns and 40 rows; returns what it showed.
        `typing` are pairs: when the first has been shown since the pair before, the second is typed, after as many seconds
        as a third member says."""
        words = [*self.command(), *words]
        pid, main = pty.fork()
        if pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
                os.execvpe(words[0], words, {**os.environ, **self.environment(), "TERM": "xterm"})
            finally:
                os._exit(127)
        shown, seen, typing, deadline = b"", 0, list(typing), time.monotonic() + within
        try:
            while time.monotonic() < deadline:
                if select.select([main], [], [], 0.2)[0]:
                    try:
                        chunk = os.read(main, 4096)
                    except OSError:  # The kernel's word for a terminal that nobody has open any more.
                        chunk = b""
                    shown += chunk
                    if not chunk:
                        break
                if typing and typing[0][0].encode() in shown[seen:]:
                    seen = len(shown)
                    _, keys, *pause = typing.pop(0)
                    time.sleep(sum(pause))
                    os.write(main, keys)
            else:
                os.kill(pid, 9)
                raise Failed(f"{' '.join(words)}: did not end within {within} s, showed {shown.decode()!r}")
        finally:
            os.close(main)
            ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if ended != status:
            raise Failed(str(Outcome(words, ended, shown.decode(), "")) + f" (wanted {status})")
        return shown.decode()

    # Whoever draws the window tells its size a moment after the start.
    sees_terminal = (
        "test -t 0 && test -t 1 && test -t 2 || exit 1; "
        "for i in $(seq 50); do stty size; test \"$(stty size)\" = '40 100' && exit 0; sleep 0.1; done; exit 1")  # fmt: skip

    def shows_memory_limit(self, text, mebibytes=64):
        expect(text.split()[-1:] == [str(mebibytes << 20)], f"the limit inside: {text!r}, not {mebibytes << 20}")

    # tail keeps its whole input, which has no line end. Who watches for it may take longer than the shell to end.
    eats_memory = "tail -n 1 /dev/zero; code=$?; sleep 0.5; exit $code"
    memory_limit = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max"


def expect(holds, otherwise):
    if not holds:
        raise Failed(" ".join(str(otherwise).split()))


def eventually(what, holds, within=10):
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {within} s")
        time.sleep(0.05)


def make_archive(rootfs, archive):
    """An image of one layer as `docker save` writes them: every caller reads those."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        tar.add(rootfs, arcname=".")
    config = {
        "architecture": "amd64", "os": "linux", "created": "2024-01-01T00:00:00Z",
        "config": {"Env": ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"], "Cmd": ["sh"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()]},
        "history": [{"created": "2024-01-01T00:00:00Z"}],
    }  # fmt: skip
    text = json.dumps(config).encode()
    name = hashlib.sha256(text).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": [IMAGE], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(archive, "w") as tar:
        for member, content in [(name, text), ("layer.tar", layer.getvalue()), ("manifest.json", manifest)]:
            information = tarfile.TarInfo(member)
            information.size = len(content)
            tar.addfile(information, io.BytesIO(content))
