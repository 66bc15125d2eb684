"""What every page shows of a version: answers by question, log, text, files, prior learning, or a tombstone."""

import pytest
from django.template.loader import render_to_string

from gpa_programme.core.periods import now
from learners.enums import EvidenceKind
from learners.models import EvidenceFile
from learners.rules.prompts import answered
from tests.factories import make_evidence, make_version
from tests.learners.portfolios import text_of
from tests.markup import Page

pytestmark = pytest.mark.django_db
ROW = {"on": "2020-03-07", "what": "Blood pressure", "times": "4", "supervisor": "The practice nurse"}


def shown(version):
    """The include as other pages use it, white space folded."""
    files = list(version.files.all())
    return render_to_string("learners/evidence_content.html", {"version": version, "files": files})


def words(version):
    class Response:
        content = shown(version).encode()

    return text_of(Response)


def file_of(version, **fields):
    return EvidenceFile.objects.create(
        **{"version": version, "name": "list.pdf", "content_type": "application/pdf", "size": 2048, "sha256": "a" * 64,
           "stored_as": "evidence/aa", **fields}
    )  # fmt: skip


def test_content_shows_answers_by_question_in_the_order_they_are_asked():
    item = make_evidence(kind=EvidenceKind.CERTIFICATE)
    version = make_version(item=item, text="", answers={"its_date": "2020-03-07", "the_course": "Spirometry <b>"})

    said = [(answer.question, answer.said) for answer in answered(item.kind, version.answers)]

    assert said == [("What course was it?", "Spirometry <b>"), ("Date on the certificate", "7 March 2020")]
    assert "What course was it? Spirometry &lt;b&gt; Date on the certificate 7 March 2020" in words(version)


def test_content_keeps_an_answer_whose_question_is_no_longer_asked():
    assert [(a.question, a.said) for a in answered("RA", {"gone_by": "Kept", "next_time": "Ask"})] == [
        ("What will you do next time?", "Ask"),
        ("Gone by", "Kept"),
    ]


def test_content_shows_log_text_prior_learning_and_what_the_check_cannot_read():
    item = make_evidence(kind=EvidenceKind.LOG)
    version = make_version(item=item, text="Over two weeks.", entries=[ROW], prior_learning=True)
    file_of(version)
    file_of(version, name="photo.jpg", unread=True)

    said = words(version)

    assert [part in said for part in ("7 March 2020", "Blood pressure", "The practice nurse", "Prior learning")] == [
        True
    ] * 4
    assert "Anything else Over two weeks." in said
    assert said.count("The check for patient details cannot read it") == 1
    assert said.index("photo.jpg") < said.index("cannot read it")


def test_content_of_a_destroyed_version_is_a_tombstone_and_of_a_destroyed_file_a_line():
    destroyed = make_version(text="Who it was", answers={"next_time": "Secret"}, destroyed_at=now())
    file_of(destroyed, name="who.pdf")
    kept = make_version(text="Fine")
    file_of(kept, name="who.pdf", destroyed_at=now(), stored_as="")

    gone, line = words(destroyed), words(kept)

    assert "were destroyed on" in gone
    assert [part in gone for part in ("Who it was", "Secret", "who.pdf")] == [False] * 3
    assert "A file was destroyed on" in line
    assert "who.pdf" not in line


def test_content_asks_no_query_and_has_sound_markup(django_assert_num_queries):
    version = make_version(item=make_evidence(kind=EvidenceKind.LOG), entries=[ROW, ROW])
    file_of(version)
    files = list(version.files.all())

    with django_assert_num_queries(0):
        html = render_to_string("learners/evidence_content.html", {"version": version, "files": files})

    assert [complaint for complaint in Page(html).complaints if "h1" not in complaint and "lang" not in complaint] == []
