"""run.py itself, with stand-ins for the programs it starts: what it says, what it makes once, what it leaves behind."""

import ast
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Serves /healthz, and keeps a child that must be made to stop, as a pool would.
WEB = """
import http.server, os, signal, sys, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(os.environ["VAR_DIR"] + "/pool.pid", "w").write(str(os.getpid()))
    time.sleep(120)
    os._exit(0)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
address = sys.argv[sys.argv.index("--bind") + 1].split(":")
http.server.HTTPServer((address[0], int(address[1])), Health).serve_forever()
"""
WORKER = """
import os, time
if os.path.exists(os.environ["VAR_DIR"] + "/worker-fails"):
    raise SystemExit("the worker's own last words")
time.sleep(120)
"""
MANAGE = """
import os, sys
with open(os.environ["VAR_DIR"] + "/commands", "a") as file:
    file.write(" ".join(sys.argv[1:]) + chr(10))
if os.path.exists(os.environ["VAR_DIR"] + "/fails-" + sys.argv[1]):
    raise SystemExit("the command's own last words")
"""


def load(path):
    """A run.py as a module."""
    spec = importlib.util.spec_from_file_location("run", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class House:
    """A small copy of the tree: the real run.py, stand-ins for everything it starts."""

    def __init__(self, root):
        self.root, self.var, self.started = root, root / "var", []
        self.var.mkdir()
        source = (ROOT / "run.py").read_text(encoding="utf-8")
        assert source.count("\nGRACE = 5 ") == 1
        (root / "run.py").write_text(source.replace("\nGRACE = 5 ", "\nGRACE = 1 "), encoding="utf-8")
        for name, text in {"gunicorn.py": WEB, "celery.py": WORKER, "manage.py": MANAGE, "pytest.py": ""}.items():
            (root / name).write_text(text, encoding="utf-8")
        for lock in ("requirements.txt", "requirements-dev.txt"):
            (root / lock).write_text("# nothing\n", encoding="utf-8")
        for app in ("gpa_programme", "hubs", "learners", "evaluation"):
            (root / app / "migrations").mkdir(parents=True)
            (root / app / "migrations" / "0001_initial.py").write_text("", encoding="utf-8")
        python = root / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        copy = load(root / "run.py")
        copy.stamp(str(root / ".venv" / "requirements.txt.stamp"), copy.digest([str(root / "requirements.txt")]))

    def start(self, *arguments):
        """Starts run.py and returns at once."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "VAR_DIR"}}
        command = [sys.executable, "run.py", *(arguments or ("--port", str(self.port)))]
        process = subprocess.Popen(
            command, cwd=self.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.started.append(process)
        return process

    def serve(self, *arguments):
        """Starts run.py and waits until it says that it is ready; returns the process and the lines it said."""
        process = self.start(*arguments)
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("Ready after"):
                break
        return process, lines

    def processes(self):
        """Every process that still runs in this tree."""
        return {int(path.name) for path in Path("/proc").glob("[0-9]*") if _folder(path) == str(self.root)}

    def gone_within(self, seconds):
        """Whether every process of this tree ends in time."""
        until = time.monotonic() + seconds
        while self.processes() and time.monotonic() < until:
            time.sleep(0.1)
        return not self.processes()

    def commands(self):
        """The management commands run so far."""
        path = self.var / "commands"
        return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []


def _folder(process):
    """Where a process works; empty for one that has ended, collected or not."""
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    for process in house.started:
        process.kill()
        process.wait()
        process.stdout.close()
    assert house.gone_within(10)


@pytest.fixture
def run():
    """run.py as a module."""
    return load(ROOT / "run.py")


def test_serve_first_start_prepares_once_and_says_how_to_sign_in(house):
    process, lines = house.serve()

    assert house.commands() == ["migrate --noinput", "load_reference", "collectstatic --noinput", "seed_demo"]
    assert [line.strip() for line in lines if "@" in line] == [
        f"{role}@demo.example"
        for role in (
            "national.lead",
            "national.analyst",
            "verifier",
            "support",
            "hub.lead.y56",
            "coordinator.y56",
            "mentor.y56",
            "learner.y56",
            "practice.y56",
        )
    ]
    password = (house.var / "demo_password").read_text(encoding="utf-8")
    assert [line for line in lines if line.startswith("Password: ")] == [f"Password: {password}"]
    assert f"http://localhost:{house.port}/" in lines[-1]
    assert process.poll() is None


def test_serve_second_start_repeats_nothing(house):
    process, _ = house.serve()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=15)
    before = house.commands()

    house.serve()

    assert house.commands() == before


def test_serve_changed_migration_migrates_and_keeps_the_demonstration(house):
    process, _ = house.serve()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=15)
    (house.root / "hubs" / "migrations" / "0002_more.py").write_text("", encoding="utf-8")
    before = len(house.commands())

    _, lines = house.serve()

    assert house.commands()[before:] == ["migrate --noinput", "load_reference"]
    assert "The demonstration was made by earlier code and is kept; --fresh makes a new one." in lines


def test_serve_fresh_throws_the_demonstration_away(house):
    process, _ = house.serve()
    process.send_signal(signal.SIGINT)
    process.wait(timeout=15)
    (house.var / "db.sqlite3").write_text("old", encoding="utf-8")

    house.serve("--fresh", "--port", str(house.port))

    assert not (house.var / "db.sqlite3").exists()
    assert house.commands() == ["migrate --noinput", "load_reference", "collectstatic --noinput", "seed_demo"]


def test_serve_interrupted_seeding_starts_over(house):
    (house.var / "installation").write_text("demonstration", encoding="utf-8")
    (house.var / "seeding").write_text("", encoding="utf-8")
    (house.var / "db.sqlite3").write_text("half", encoding="utf-8")

    house.serve()

    assert not (house.var / "db.sqlite3").exists()
    assert not (house.var / "seeding").exists()


def test_serve_empty_makes_a_real_installation_that_stays_one(house):
    process, lines = house.serve("--empty", "--port", "0")
    process.send_signal(signal.SIGINT)
    process.wait(timeout=15)

    _, again = house.serve()

    assert house.commands() == ["migrate --noinput", "load_reference", "collectstatic --noinput"]
    assert [line for line in lines + again if "Password" in line] == []


@pytest.mark.parametrize(
    ("kind", "arguments", "words"),
    [
        ("real", ["--fresh"], "holds a real installation; --fresh never deletes one."),
        ("demonstration", ["--empty"], "holds the demonstration; add --fresh to replace it, or set VAR_DIR."),
    ],
)
def test_serve_wrong_kind_of_data_is_refused_in_one_line(house, kind, arguments, words):
    (house.var / "installation").write_text(kind, encoding="utf-8")

    process = house.start(*arguments)
    output = process.communicate(timeout=15)[0]

    assert output == f"run.py: {house.var} {words}\n"
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)]
)
def test_serve_however_it_is_stopped_leaves_no_process(house, number, code):
    process, _ = house.serve()
    assert len(house.processes()) == 5  # run.py, its watchman, web, the web's child, worker

    process.send_signal(number)

    assert process.wait(timeout=15) == code
    assert house.gone_within(10)


def test_serve_killed_while_preparing_leaves_no_process(house):
    (house.root / "manage.py").write_text("import time\ntime.sleep(120)\n", encoding="utf-8")
    process = house.start()
    until = time.monotonic() + 15
    while len(house.processes()) < 3 and time.monotonic() < until:
        time.sleep(0.05)

    process.kill()

    assert house.gone_within(10)


def test_command_whose_parent_is_gone_before_it_begins_never_begins(run):
    def begun(parent):
        child = subprocess.run(
            ["echo", "begun"],
            capture_output=True,
            text=True,
            preexec_fn=lambda: run.die_with_parent(parent),
            check=False,
        )
        return child.stdout, child.returncode

    assert begun(os.getpid()) == ("begun\n", 0)
    assert begun(os.getppid()) == ("", 1)


def test_serve_service_that_ends_stops_all_with_its_last_words(house):
    (house.var / "worker-fails").write_text("", encoding="utf-8")

    process = house.start()
    output = process.communicate(timeout=30)[0]

    assert "the worker's own last words\nrun.py: The worker ended (exit code 1); its last words are above.\n" in output
    assert process.returncode == 1
    assert house.gone_within(10)


def test_serve_command_that_fails_is_shown_and_tried_again_next_time(house):
    (house.var / "fails-load_reference").write_text("", encoding="utf-8")
    process = house.start()
    output = process.communicate(timeout=30)[0]
    (house.var / "fails-load_reference").unlink()

    house.serve()

    assert "the command's own last words\nrun.py: This failed (exit code 1): " in output
    assert process.returncode == 1
    assert house.commands()[:3] == ["migrate --noinput", "load_reference", "load_reference"]


def test_serve_busy_port_that_was_asked_for_is_refused(house):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        output = house.start("--port", str(port)).communicate(timeout=30)[0]

    assert output.splitlines()[-1] == f"run.py: Port {port} is busy; choose another with --port."


def test_serve_twice_with_the_same_data_is_refused(house):
    house.serve()

    output = house.start().communicate(timeout=30)[0]

    assert output == f"run.py: It already runs with the data in {house.var}. Stop it there first, or set VAR_DIR.\n"


def test_secrets_are_for_their_owner_only(house):
    house.serve()

    assert [(house.var / name).stat().st_mode & 0o777 for name in ("secret_key", "demo_password")] == [0o600, 0o600]


def test_test_has_the_exit_code_of_pytest(house):
    (house.root / "pytest.py").write_text("import sys\nprint(sys.argv[1:])\nsys.exit(5)\n", encoding="utf-8")

    process = house.start("test", "-k", "word")
    output = process.communicate(timeout=30)[0]

    assert output.splitlines()[-1] == "['-k', 'word']"
    assert process.returncode == 5


def test_machine_without_venv_is_told_in_one_line(run, monkeypatch):
    monkeypatch.setattr(run, "PYTHON", "/absent")
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())

    with pytest.raises(SystemExit, match=r"^run\.py: This Python lacks ensurepip \(on Debian"):
        run.main([])


def test_machine_with_old_python_is_told_in_one_line(run, monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 8, 2))

    with pytest.raises(SystemExit, match=r"^run\.py: Python 3\.11 or newer is needed; this is 3\.8\.$"):
        run.main([])


def test_file_can_be_read_by_older_pythons_and_needs_no_package():
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))

    imported = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    assert imported <= sys.stdlib_module_names
