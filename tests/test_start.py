"""The real first and second start of the demonstration: how long they take, and that every role can sign in."""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from html.parser import HTMLParser

import pytest

from tests.workers import ROOT, free_port

FIRST, SECOND = 180, 5  # seconds


class Fields(HTMLParser):
    """The fields of the form that asks for a password."""

    def __init__(self):
        super().__init__()
        self.values = {}

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "input" and values.get("name"):
            self.values[values["name"]] = values.get("value") or ""


class Demonstration:
    """A started demonstration: what it said, and its address."""

    def __init__(self, var):
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
        env.pop("SECRET_KEY")
        command = [sys.executable, "run.py", "--port", str(free_port())]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**env, "VAR_DIR": str(var)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.strip())
            if line.startswith("Ready after"):
                break
        print("\n".join(self.lines))
        ready = re.fullmatch(r"Ready after ([\d.]+) seconds at (http://localhost:\d+)/ .*", self.lines[-1])
        assert ready, "\n".join(self.lines)
        self.seconds, self.address = float(ready[1]), ready[2]

    @property
    def password(self):
        return next(line.removeprefix("Password: ") for line in self.lines if line.startswith("Password: "))

    @property
    def emails(self):
        return [line for line in self.lines if re.fullmatch(r"\S+@demo\.example", line)]

    def sign_in(self, email):
        """Signs in as a person would; returns (address, page) reached."""
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
        fields = Fields()
        with opener.open(f"{self.address}/accounts/login/", timeout=30) as reply:
            fields.feed(reply.read().decode())
        values = {
            "csrfmiddlewaretoken": fields.values["csrfmiddlewaretoken"],
            "login": email,
            "password": self.password,
        }
        body = urllib.parse.urlencode(values).encode()
        with opener.open(f"{self.address}/accounts/login/", body, timeout=30) as reply:
            return reply.url, reply.read().decode()

    def stop(self):
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The first start, ended again: (the demonstration, where its data lie, what each role reached, its exit code)."""
    var = tmp_path_factory.mktemp("first")
    started = Demonstration(var)
    try:
        reached = {email: started.sign_in(email) for email in started.emails}
    finally:
        code = started.stop()
    return started, var, reached, code


@pytest.mark.slow
def test_demonstration_starts_in_time_and_lets_every_role_in(first):
    started, _, reached, code = first

    assert started.seconds <= FIRST
    assert len(reached) == 9
    assert {email: url for email, (url, _) in reached.items()} == dict.fromkeys(reached, f"{started.address}/")
    assert [email for email, (_, page) in reached.items() if "invented" not in page] == []
    assert code == 130


@pytest.mark.slow
@pytest.mark.alone
def test_demonstration_starts_again_in_time_with_the_same_password(first):
    started, var, _, _ = first

    second = Demonstration(var)
    second.stop()

    assert second.seconds <= SECOND
    assert second.password == started.password
