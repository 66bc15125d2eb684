"""The learner's own copy: everything is in it, it opens offline, and `sha256sum -c` agrees with what was recorded."""

import io
import json
import re
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from gpa_programme.core import work
from gpa_programme.core.errors import StateError
from gpa_programme.core.periods import now
from gpa_programme.core.uploads import Upload
from learners.actions import copies, evidence, submission
from learners.enums import DecisionKind, EnrolmentState, EvidenceKind
from learners.exports import portfolio as export
from learners.models import EvidenceVersion, PortfolioCopy
from learners.queries.copies import whole_of
from learners.rules.evidence import Content
from tests.factories import (
    make_decision,
    make_enrolment,
    make_framework,
    make_mentorship,
    make_request,
    make_user,
    make_version,
)
from tests.journeys.browser import chromium
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db


def wrote(enrolment, title, data=b"What I made at work."):
    """An account that was submitted with a file."""
    first = competencies(enrolment)[0]
    draft = evidence.start_item(
        enrolment=enrolment, kind=EvidenceKind.REFLECTION, by=enrolment.learner, competencies=[first]
    )
    upload = Upload("Notes, first.txt", "text/plain; charset=utf-8", data, _sha256(data))
    evidence.add_file(version=draft, upload=upload, by=enrolment.learner)
    said = Content(title, "Line one.\r\nLine two – with a dash.", True, {first.code: "It shows the call."})
    saved = evidence.save_draft(version=draft, revision=draft.revision, content=said, by=enrolment.learner)
    submission.submit(version=saved, by=enrolment.learner)
    return EvidenceVersion.objects.get(pk=draft.pk)


def _sha256(data):
    import hashlib

    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def enrolment(db):
    """A learner with a signed competency, a returned one, a destroyed version and a draft."""
    enrolment = make_enrolment(framework=make_framework(competencies=6), state=EnrolmentState.ACTIVE)
    make_mentorship(enrolment=enrolment)
    first = wrote(enrolment, "A call back")
    make_decision(request=first.requests.get())
    make_decision(
        request=make_request(enrolment=enrolment, competency=competencies(enrolment)[1]), kind=DecisionKind.RETURNED
    )
    gone = make_request(enrolment=enrolment, competency=competencies(enrolment)[2]).versions.get()
    EvidenceVersion.objects.filter(pk=gone.pk).update(title="", text="", destroyed_at=now())
    make_version(item=first.item, title="A draft of the next version")
    return enrolment


def unpacked(enrolment, folder) -> Path:
    """The copy of a learner, unpacked in a folder."""
    with (folder / "copy.zip").open("w+b") as file:
        export.write(whole_of(enrolment), file)
    with zipfile.ZipFile(folder / "copy.zip") as archive:
        archive.extractall(folder)
    return folder / f"portfolio-{enrolment.ref}"


def check(root):
    """What sha256sum says of a copy."""
    return subprocess.run(["sha256sum", "-c", export.SUMS], cwd=root, capture_output=True, text=True, check=False)


def test_every_checksum_of_a_copy_verifies_and_is_the_recorded_one(enrolment, tmp_path):
    root = unpacked(enrolment, tmp_path)

    said = check(root)

    lines = dict(reversed(line.split("  ", 1)) for line in (root / export.SUMS).read_text().splitlines())
    present = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} - {export.SUMS}
    version = EvidenceVersion.objects.get(title="A call back")
    decision = version.requests.get().decisions.get()
    assert (said.returncode, said.stderr) == (0, "")
    assert lines.keys() == present
    assert lines[f"{export.folder_of(version)}/frozen.json"] == version.sha256
    assert lines[f"decisions/{decision.pk}.txt"] == decision.sha256
    file = version.files.get()
    assert lines[f"{export.folder_of(version)}/{export.file_name(file)}"] == file.sha256


@pytest.mark.parametrize("part", ["frozen.json", "Notes, first.txt"])
def test_a_changed_copy_does_not_verify(enrolment, tmp_path, part):
    root = unpacked(enrolment, tmp_path)
    version = EvidenceVersion.objects.get(title="A call back")
    found = next(path for path in (root / export.folder_of(version)).iterdir() if path.name.endswith(part))
    found.write_bytes(found.read_bytes().replace(b"made", b"copied").replace(b"Line one", b"Line two"))

    said = check(root)

    assert (said.returncode, f"{found.relative_to(root)}: FAILED" in said.stdout) == (1, True)


def test_copy_says_what_was_decided_and_lists_what_was_destroyed_apart(enrolment, tmp_path):
    root = unpacked(enrolment, tmp_path)

    index = (root / "index.html").read_text(encoding="utf-8")
    decisions = json.loads((root / "decisions.json").read_text(encoding="utf-8"))
    destroyed = (root / "destroyed.txt").read_text(encoding="utf-8")
    gone = EvidenceVersion.objects.get(destroyed_at__isnull=False)
    assert [row["decision"] for row in decisions] == ["signed_off", "returned"]
    assert [str(decisions[0]["by"]) in index, "One more example" in index] == [True, True]
    assert gone.sha256 in destroyed
    assert not (root / export.folder_of(gone)).exists()
    assert "A draft of the next version" in (root / "drafts.json").read_text(encoding="utf-8")


def test_draft_is_in_the_copy_with_its_files_competencies_and_lines(enrolment, tmp_path):
    draft = EvidenceVersion.objects.get(title="A draft of the next version")
    notes = Upload("Notes, draft.txt", "text/plain; charset=utf-8", b"Not sent yet", _sha256(b"Not sent yet"))
    file = evidence.add_file(version=draft, upload=notes, by=enrolment.learner)

    root = unpacked(enrolment, tmp_path)

    said = check(root)
    row = json.loads((root / "drafts.json").read_text(encoding="utf-8"))[0]
    link = draft.links.get()
    path = f"{export.folder_of(draft)}/{file.pk}-Notes, draft.txt"
    assert (said.returncode, f"{path}: OK" in said.stdout) == (0, True)
    assert (root / path).read_bytes() == b"Not sent yet"
    assert row["files"] == [{"name": "Notes, draft.txt", "sha256": notes.sha256, "file": path}]
    assert row["competencies"] == [{"competency": str(link.competency), "justification": "It shows it"}]


@pytest.mark.browser
def test_copy_opens_offline_in_a_browser_and_asks_nobody(enrolment, tmp_path):
    root = unpacked(enrolment, tmp_path)
    asked, missing = [], []
    with chromium() as browser:
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: missing.append(request.url))
        page.goto((root / "index.html").as_uri())
        page.get_by_role("link", name="A call back").click()
        shown = page.locator("main").inner_text()
        context.close()

    assert "Line two – with a dash." in shown
    assert (missing, {url.split(":")[0] for url in asked}) == ([], {"file"})


def test_copy_is_read_in_the_same_number_of_queries_whatever_its_size(enrolment):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with (
            CaptureQueriesContext(
                connection,
            ) as captured,
            io.BytesIO() as file,
        ):
            export.write(whole_of(enrolment), file)
        return len(captured)

    few = queries()
    for number in range(6):
        wrote(enrolment, f"Account {number}", data=f"Other {number}".encode())

    assert queries() == few


def test_learner_asks_is_told_and_fetches_and_the_file_is_forgotten_in_time(enrolment, client, clock):
    clock.set(now())
    client.force_login(enrolment.learner)
    page = reverse("portfolio-copy")

    client.post(page)
    waiting = client.get(page).content.decode()
    copy = PortfolioCopy.objects.get()
    assert work.do("portfolio_copy", copy.pk)
    copy.refresh_from_db()
    ready = client.get(page).content.decode()
    fetched = client.get(reverse("portfolio-copy-file", args=[copy.pk]))
    data = b"".join(fetched)

    assert ["Queued" in waiting, copy.sha256 in ready] == [True, True]
    assert (_sha256(data), len(data)) == (copy.sha256, copy.size)
    clock.move(days=7, minutes=1)
    assert copies.forget_copies() == 1
    assert not default_storage.exists(copy.stored_as)
    assert client.get(reverse("portfolio-copy-file", args=[copy.pk])).status_code == 404


def test_asking_twice_makes_one_copy_and_a_leaver_may_ask(enrolment, client):
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.save()
    client.force_login(enrolment.learner)

    client.post(reverse("portfolio-copy"))
    client.post(reverse("portfolio-copy"))

    assert PortfolioCopy.objects.count() == 1


def test_copy_is_its_learners_alone(enrolment, client):
    copy = copies.ask_for_copy(enrolment=enrolment, by=enrolment.learner)
    work.do("portfolio_copy", copy.pk)
    address = reverse("portfolio-copy-file", args=[copy.pk])
    mentor = enrolment.mentorships.get().mentor
    other = make_enrolment().learner

    answers = {}
    for name, user in (("owner", enrolment.learner), ("mentor", mentor), ("learner", other), ("stranger", make_user())):
        client.force_login(user)
        answers[name] = client.get(address).status_code

    assert answers == {"owner": 200, "mentor": 404, "learner": 404, "stranger": 404}
    assert PortfolioCopy.objects.filter(expires_at__lte=now() + timedelta(days=8)).count() == 1


def files_of(copy):
    """The names of what storage holds of a copy."""
    names = default_storage.listdir("copies")[1] if default_storage.exists("copies") else []
    return [name for name in names if re.match(rf"{copy.pk}\D", name)]


def asked_for(enrolment):
    """A copy that was just asked for, without what earlier tests left under its key."""
    copy = copies.ask_for_copy(enrolment=enrolment, by=enrolment.learner)
    for name in files_of(copy):
        default_storage.delete(f"copies/{name}")
    return copy


def test_copy_that_was_being_made_while_something_was_destroyed_is_made_anew(enrolment):
    copy = asked_for(enrolment)
    kind = next(one for one in work.kinds() if one.name == copies.KIND)
    claimed = work.claim(kind, copy.pk)
    copies.forget_copies_of({enrolment.learner_id})

    with pytest.raises(StateError) as refusal:
        export.make(claimed)

    copy.refresh_from_db()
    assert (refusal.value.code, copy.work_state, copy.stored_as) == ("overtaken", "queued", "")
    assert files_of(copy) == []
    assert work.do(copies.KIND, copy.pk)
    copy.refresh_from_db()
    assert default_storage.exists(copy.stored_as)


def test_copy_made_twice_leaves_one_file_and_that_one_is_forgotten(enrolment):
    copy = asked_for(enrolment)
    export.make(copy)
    PortfolioCopy.objects.filter(pk=copy.pk).update(stored_as="")  # the worker died before the row named its file

    work.do("portfolio_copy", copy.pk)
    held = files_of(copy)
    copies.forget_copies_of({enrolment.learner_id})

    assert (len(held), files_of(copy)) == (1, [])


def test_copy_dates_what_was_destroyed_by_the_day_in_london(enrolment):
    EvidenceVersion.objects.filter(destroyed_at__isnull=False).update(
        destroyed_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    )

    said = export._destroyed(whole_of(enrolment))

    assert "2026-07-01  version 1" in said
