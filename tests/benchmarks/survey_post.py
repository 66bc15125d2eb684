"""How fast answers are taken: 8 clients on one invited wave over HTTP, PostgreSQL and gunicorn, with a comment each.

`python3 -m tests.benchmarks.survey_post [participants] [seconds]`; 0 errors and 0 lost answers, or it says so.
"""

import http.client
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.workers import scratch, web_server

CLIENTS = 8
ANSWERED_BEFORE = 0.5


def main(participants: int, seconds: float) -> None:
    """Prints answers a second from half-answered to the end of the time, errors, and answers lost or doubled."""
    with scratch(database="postgres") as place:
        place.manage("collectstatic", "--noinput")
        with web_server(place.env) as address:
            place.django()
            from evaluation.models import Comment, Invitation, Response

            wave, tokens, body = prepared(participants)
            before = Response.objects.filter(wave=wave).count()
            told, taken = fire(address, tokens, body, seconds)
            stored = Response.objects.filter(wave=wave).count() - before
            flagged = Invitation.objects.filter(wave=wave, answered=True).count() - before
            print(f"{participants} participants, {before} had answered, {CLIENTS} clients, {len(body)} bytes a form")
            print(f"{told['saved'] / taken:.1f} answers a second for {taken:.1f} seconds; told: {dict(told)}")
            print(f"stored {stored}, flagged {flagged}, comments {Comment.objects.filter(wave=wave).count() - before}")
            print(f"errors {sum(told.values()) - told['saved']}, lost {told['saved'] - stored}")


def prepared(participants: int):
    """An open wave of ten questions of agreement and one of free text, half of it answered, and the links left."""
    from evaluation.models import Comment, Invitation, Response
    from evaluation.rules.answers import token_hash
    from gpa_programme.accounts.models import User
    from tests.factories import make_hub, make_instrument, make_question, make_wave

    instrument, hub = make_instrument(), make_hub()
    for _ in range(10):
        make_question(instrument=instrument)
    text = make_question(instrument=instrument, kind="text")
    wave = make_wave(instrument=instrument)
    people = User.objects.bulk_create(User(email=f"b{n}@people.example", password="!") for n in range(participants))
    done = int(participants * ANSWERED_BEFORE)
    Invitation.objects.bulk_create(
        Invitation(wave=wave, hub=hub, person=person, token_hash=token_hash(f"t{n}"), answered=n < done)
        for n, person in enumerate(people)
    )
    answers = {f"q{number}": 4 for number in range(1, 11)}
    Response.objects.bulk_create(Response(wave=wave, hub=hub, answers=answers) for _ in range(done))
    Comment.objects.bulk_create(Comment(wave=wave, hub=hub, question=text, text="A comment") for _ in range(done))
    body = urlencode({**answers, text.key: "A comment of the usual length, about what would help."})
    return wave, [f"t{n}" for n in range(done, participants)], body


def fire(address: str, tokens: list[str], body: str, seconds: float) -> tuple[Counter[str], float]:
    """Send from all clients until the time or the links are used up; what was told, and how long it took."""
    gate, lock = threading.Barrier(CLIENTS + 1), threading.Lock()
    told: Counter[str] = Counter()
    left = list(tokens)
    until = [0.0]

    def client() -> None:
        gate.wait()
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        while time.perf_counter() < until[0]:
            with lock:
                if not left:
                    return
                token = left.pop()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/s/{token}/", body, headers)
            reply = connection.getresponse()
            reply.read()
            thanked = reply.status == 302 and reply.headers["Location"] == "/s/thanks/"
            with lock:
                told["saved" if thanked else str(reply.status)] += 1

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    until[0] = time.perf_counter() + seconds
    began = time.perf_counter()
    gate.wait()
    for thread in threads:
        thread.join()
    return told, time.perf_counter() - began


if __name__ == "__main__":
    Path("var").mkdir(exist_ok=True)
    given = [float(argument) for argument in sys.argv[1:]]
    main(int(given[0]) if given else 1000, given[1] if len(given) > 1 else 10)
