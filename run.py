#!/usr/bin/env python3
"""Starts the whole system on one machine that has nothing but Python: `python3 run.py`.

    python3 run.py [--port N] [--fresh] [--empty]   serve: the demonstration, or with --empty a real installation
    python3 run.py test [pytest arguments]          every test that this machine allows
    python3 run.py prove NAME                       a heavy proof at full size, noted in docs/proofs.md

Packages go to .venv, data to var/ (or VAR_DIR). Standard library only, and spelled so that an older Python can still
read it: it must be able to say in one line that it is too old.
"""

import argparse
import contextlib
import ctypes
import hashlib
import http.client
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
APPS = ("gpa_programme", "hubs", "learners", "evaluation")
TOOLS = {"test": "pytest", "prove": "tests.proofs"}
ROLES = (
    "national.lead national.analyst verifier support hub.lead.y56 coordinator.y56 mentor.y56 learner.y56 practice.y56"
)
HANGUP = getattr(signal, "SIGHUP", signal.SIGTERM)  # nohup has it ignored, and so it stays
STOPPERS = {signal.SIGINT, signal.SIGTERM, *(set() if signal.getsignal(HANGUP) == signal.SIG_IGN else {HANGUP})}
GRACE = 5  # seconds between asking a process to stop and making it


class RefusedError(Exception):
    """Something a person has to put right first; the message is the one line they read."""


def check_machine():
    """Refuses in one line what cannot work: an old Python, or one without its own parts."""
    if sys.version_info < (3, 11):
        raise RefusedError("Python 3.11 or newer is needed; this is %d.%d." % sys.version_info[:2])
    if importlib.util.find_spec("fcntl") is None:
        raise RefusedError("Linux or macOS is needed; this machine is neither.")
    missing = " and ".join(part for part in ("venv", "ensurepip") if importlib.util.find_spec(part) is None)
    if missing and not os.path.exists(PYTHON):
        raise RefusedError("This Python lacks %s (on Debian and Ubuntu: apt-get install python3-venv)." % missing)


def die_with_parent(parent):
    """Asks Linux to kill this child when run.py dies, however it dies; elsewhere the watchman alone sees to it."""
    if sys.platform == "linux":
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # run.py's own handler would swallow it until the command begins
        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # 1 is PR_SET_PDEATHSIG
        os.getppid() == parent or os._exit(1)  # it died before this was asked for


def signal_groups(groups, number):
    """Sends a signal to process groups and returns those that still have a process."""
    alive = set()
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            alive.add(group)
    return alive


def end_groups(groups, reap=lambda: None):
    """Asks process groups to stop, waits GRACE seconds, then makes them: workers' own children are in them too."""
    alive = signal_groups(groups, signal.SIGTERM)
    until = time.monotonic() + GRACE
    while alive and time.monotonic() < until:
        time.sleep(0.05)
        reap()
        alive = signal_groups(alive, 0)
    signal_groups(alive, signal.SIGKILL)


def on_signals(handler):
    """Sets one answer to the signals that ask a program to stop."""
    for number in STOPPERS:
        signal.signal(number, handler)


def leave(number, frame):
    """Turns a signal into an ordinary exit, so that `finally` runs."""
    raise SystemExit(128 + number)


class Keeper:
    """Holds every process that run.py starts and leaves none behind.

    A forked watchman reads group numbers from a pipe that only run.py holds open. When run.py ends, by whatever
    signal, the pipe closes and the watchman ends the groups still on its list.
    """

    def __init__(self):
        reading, self.pipe = os.pipe()
        self.children = {}
        self.pid, self.watchman = os.getpid(), os.fork()
        if self.watchman == 0:
            os.close(self.pipe)
            self._watch(reading)
        os.close(reading)

    def _watch(self, reading):
        """The watchman's whole life: reads until the pipe closes, then ends what is still listed. Never returns."""
        os.setsid()
        on_signals(signal.SIG_IGN)
        groups = set()
        for word in b"".join(iter(lambda: os.read(reading, 4096), b"")).decode().split():
            (groups.add if word[0] == "+" else groups.discard)(int(word[1:]))
        end_groups(groups)
        os._exit(0)

    def start(self, command, **options):
        """Starts a command in a group of its own."""
        options = {"stdin": subprocess.DEVNULL, "start_new_session": True, **options}
        child = subprocess.Popen(command, cwd=ROOT, preexec_fn=lambda: die_with_parent(self.pid), **options)
        self.children[child.pid] = child
        os.write(self.pipe, b"+%d\n" % child.pid)
        return child

    def finish(self, command, **options):
        """Runs a command to its end; a failure is said in one line, below the command's own words."""
        child = self.start(command, **options)
        code = child.wait()
        end_groups({child.pid})
        del self.children[child.pid]
        os.write(self.pipe, b"-%d\n" % child.pid)
        if code != 0:
            raise RefusedError("This failed (exit code %d): %s" % (code, " ".join(command)))

    def ended(self):
        """The children that no longer run; asking also lets their groups disappear."""
        return [child for child in self.children.values() if child.poll() is not None]

    def close(self):
        """Ends everything that still runs and lets the watchman go."""
        end_groups(set(self.children), reap=self.ended)
        os.close(self.pipe)
        os.waitpid(self.watchman, 0)


def digest(paths):
    """One SHA-256 over this Python and the names and contents of files."""
    total = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        with open(path, "rb") as file:
            total.update(os.path.relpath(path, ROOT).encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def files(folders, *patterns):
    """Every file below some top folders whose path holds one of the patterns."""
    walks = (walk for folder in folders for walk in os.walk(os.path.join(ROOT, folder)))
    paths = [os.path.join(base, name) for base, _, names in walks for name in names if not name.endswith(".pyc")]
    return [path for path in paths if any(pattern in path[len(ROOT) :] for pattern in patterns)]


def stamped(path, value):
    """Whether the stamp at a path says that the work for this value is done."""
    with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
        return file.read() == value
    return False


def stamp(path, value, mode=0o644):
    """Writes a small file whole or not at all."""
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(value)
    os.replace(path + ".new", path)


def tail(path, lines=30):
    """The end of a log, for a person who has to find out what went wrong."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-lines:]).rstrip()


def quietly(keeper, words, command, log, env=None):
    """Says in a few words what is done and does it; the command's own words are shown only when it fails."""
    print(words)
    with open(log, "wb") as file:
        try:
            keeper.finish(command, env=env, stdout=file, stderr=file)
        except RefusedError:
            print(tail(log))
            raise


def install(keeper, lock):
    """Makes .venv if it is absent or broken and installs exactly what the lock names."""
    done, wanted = os.path.join(VENV, lock + ".stamp"), digest([os.path.join(ROOT, lock)])
    if stamped(done, wanted) and os.path.exists(PYTHON):
        return
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    if not os.path.exists(PYTHON) or subprocess.call([*pip, "--version"], stdout=subprocess.DEVNULL) != 0:
        print("Making the environment in .venv")
        keeper.finish([sys.executable, "-m", "venv", "--clear", VENV])
    command = [*pip, "install", "--require-hashes", "--no-input", "--quiet", "-r", lock]
    quietly(keeper, "Installing the packages of %s" % lock, command, os.path.join(VENV, "install.log"))
    stamp(done, wanted)


def var_path(*parts):
    """A path inside the data directory."""
    return os.path.join(os.path.abspath(os.environ.get("VAR_DIR") or os.path.join(ROOT, "var")), *parts)


def hold_var():
    """Takes the data directory for this start; a second one waits for the first to end, then is told."""
    import fcntl  # noqa: PLC0415 - absent on Windows, which check_machine refuses in words

    os.makedirs(var_path(), mode=0o700, exist_ok=True)
    held = open(var_path("run.lock"), "a", encoding="utf-8")  # noqa: SIM115 - held as long as run.py lives
    for _ in range(10 * (GRACE + 2)):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return held
        time.sleep(0.1)
    raise RefusedError("It already runs with the data in %s. Stop it there first, or set VAR_DIR." % var_path())


def choose_kind(empty, fresh):
    """Says whether this data is a demonstration or a real installation; --fresh empties a demonstration first."""
    marker, theirs = var_path("installation"), os.environ.get("DATABASE_URL")
    found = next((kind for kind in ("demonstration", "real") if stamped(marker, kind)), "")
    if fresh and found == "real":
        raise RefusedError("%s holds a real installation; --fresh never deletes one." % var_path())
    if fresh and theirs:
        raise RefusedError("--fresh does not empty the database of DATABASE_URL; make a new one.")
    half_made = os.path.exists(var_path("seeding")) and not theirs
    if found == "demonstration" and (fresh or half_made):
        for name in set(os.listdir(var_path())) - {"run.lock", "screenshots"}:
            path = var_path(name)
            (shutil.rmtree if os.path.isdir(path) and not os.path.islink(path) else os.unlink)(path)
        found = ""
    if found == "demonstration" and empty:
        raise RefusedError("%s holds the demonstration; add --fresh to replace it, or set VAR_DIR." % var_path())
    kind = found or ("real" if empty else "demonstration")
    stamp(marker, kind)
    return kind


def secret(name, make):
    """A secret of this installation: made once, readable by its owner only."""
    if not os.path.exists(var_path(name)):
        stamp(var_path(name), make(), mode=0o600)
    with open(var_path(name), encoding="utf-8") as file:
        return file.read().strip()


def environment(kind, port):
    """The settings of this installation; what the environment already sets wins, but never what kind it is."""
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="gpa_programme.settings", PYTHONUNBUFFERED="1", VAR_DIR=var_path())
    env.setdefault("SECRET_KEY", secret("secret_key", lambda: secrets.token_urlsafe(50)))
    env.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1")
    env.setdefault("SITE_URL", "http://localhost:%d" % port)
    env["DEMO"] = "1" if kind == "demonstration" else "0"
    if kind == "demonstration":
        env["DEMO_PASSWORD"] = secret("demo_password", lambda: os.environ.get("DEMO_PASSWORD") or secrets.token_hex(6))
    return env


def prepare(keeper, env, kind):
    """Brings database, reference data, static files and demonstration up to the code."""
    lock, schema = os.path.join(ROOT, "requirements.txt"), files(APPS, "/migrations/")
    steps = (
        ("Preparing the database", "migrate", "--noinput", [lock, *schema]),
        ("Loading reference data", "load_reference", "", schema + files(APPS, "/data/", "load_reference")),
        ("Collecting static files", "collectstatic", "--noinput", [lock, *files((*APPS, "static"), "/static/")]),
    )
    for words, name, option, sources in steps:
        done, wanted = var_path(name + ".stamp"), digest(sources)
        if not stamped(done, wanted):
            command = [PYTHON, "manage.py", name, *filter(None, [option])]
            quietly(keeper, words, command, var_path(name + ".log"), env)
            stamp(done, wanted)
    if kind == "demonstration":
        seed(keeper, env, digest(schema + files(APPS, "/data/", "/demo/", "seed")))


def seed(keeper, env, wanted):
    """Makes the demonstration once: an interrupted making starts over, one of earlier code is kept and said."""
    done = var_path("seed_demo.stamp")
    if os.path.exists(done):
        if not stamped(done, wanted):
            print("The demonstration was made by earlier code and is kept; --fresh makes a new one.")
        return
    stamp(var_path("seeding"), "")
    command = [PYTHON, "manage.py", "seed_demo"]
    quietly(keeper, "Making the demonstration", command, var_path("seed_demo.log"), env)
    stamp(done, wanted)
    os.unlink(var_path("seeding"))


def free_port(wanted):
    """The wanted port or, with none wanted, the first free one from 8000 on."""
    for port in [wanted] if wanted else range(8000, 8100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RefusedError("Port %d is busy; choose another with --port." % (wanted or 8000))


def start_services(keeper, port, env):
    """Two web workers that share one loaded application; one worker with the beat inside. Each has its own log."""
    web = "gunicorn gpa_programme.wsgi:application --workers 2 --preload --no-control-socket --bind 127.0.0.1:%d" % port
    worker = "celery -A gpa_programme.celery:app worker -B -P solo --loglevel INFO"
    for name, command in (("web", web), ("worker", worker)):
        with open(var_path(name + ".log"), "ab") as log:
            keeper.start([PYTHON, "-m", *command.split()], env=env, stdout=log, stderr=subprocess.STDOUT).name = name


def answers(port):
    """Whether the web server says that it is serving."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


def watch(keeper, until=lambda: False, seconds=float("inf")):
    """Waits until a condition holds; a service that ends, or time that runs out, is a failure."""
    deadline = time.monotonic() + seconds
    while not until():
        for one in keeper.ended():
            print(tail(var_path(one.name + ".log")))
            raise RefusedError("The %s ended (exit code %d); its last words are above." % (one.name, one.returncode))
        if time.monotonic() > deadline:
            raise RefusedError("Nothing answered within %d seconds; look into %s." % (seconds, var_path("web.log")))
        time.sleep(0.05)


def serve(keeper, options, began):
    """Brings the whole system up and stays until it is told to stop."""
    kind = choose_kind(options.empty, options.fresh)
    install(keeper, "requirements.txt")
    port = free_port(options.port)
    env = environment(kind, port)
    prepare(keeper, env, kind)
    start_services(keeper, port, env)
    watch(keeper, until=lambda: answers(port), seconds=60)
    if kind == "demonstration":
        print("\nThe demonstration: every person and figure in it is invented. Sign in as")
        print("\n".join("  %s@demo.example" % role for role in ROLES.split()))
        print("  (the last five also with y58, y59, y60, y61, y62 or y63)")
        print("Password: %s" % env["DEMO_PASSWORD"])
    else:
        command = "VAR_DIR=%s %s manage.py invite --role national-lead EMAIL" % (var_path(), PYTHON)
        print("\nA real installation. Invite its first person with\n  %s" % command)
    print("Ready after %.1f seconds at http://localhost:%d/ (Ctrl-C stops it)" % (time.monotonic() - began, port))
    watch(keeper)


def read(arguments):
    """What to serve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="the port to serve on; otherwise a free one from 8000")
    parser.add_argument("--fresh", action="store_true", help="throw the demonstration's data away first")
    parser.add_argument("--empty", action="store_true", help="a real installation, without the demonstration")
    return parser.parse_args(arguments)


def main(arguments):
    """Does what the arguments ask; a refusal is one line and exit code 1."""
    began, keeper, tool = time.monotonic(), None, TOOLS.get("".join(arguments[:1]))
    try:
        check_machine()
        sys.stdout.reconfigure(line_buffering=True)
        options = None if tool else read(arguments)
        on_signals(leave)
        held = None if tool else hold_var()  # before the watchman is born: he holds it too, until all has ended
        keeper = Keeper()
        if tool:
            install(keeper, "requirements-dev.txt")
        else:
            serve(keeper, options, began)
            held.close()
    except RefusedError as refusal:
        sys.exit("run.py: %s" % refusal)
    finally:
        if keeper:
            on_signals(signal.SIG_IGN)
            keeper.close()
    os.chdir(ROOT)
    on_signals(signal.SIG_DFL)
    os.execv(PYTHON, [PYTHON, "-m", tool, *arguments[1:]])  # the tool's exit code and signals are then our own


if __name__ == "__main__":
    main(sys.argv[1:])
