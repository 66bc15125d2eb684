"""Pages of a verifier: reading blind until the reading is given, the outcome, and the list."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.audit.models import ReadLog
from learners.enums import EvidenceKind, FlagState
from learners.models import BlindReading, EvidenceFile, EvidenceItem, PatientFlag, Verification, VerificationSample
from learners.queries import verification as queries
from learners.queries.verification import verification_page
from tests.factories import (
    make_enrolment,
    make_national_role,
    make_observation,
    make_request,
    make_verification,
)
from tests.learners.finishing import assigned, drawn, read_all, submitted
from tests.learners.portfolios import text_of
from tests.learners.test_flag_actions import add
from tests.markup import Page, complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def north(world):
    """The north hub, whose two learners have handed in."""
    for enrolment in (world.north.enrolment, world.north.other_enrolment):
        submitted(world.north, enrolment)
    return world.north


@pytest.fixture
def found(world, north):
    """A drawn portfolio, given to the verifier."""
    return assigned(world, drawn(world, percent=10).verifications.get(drawn=True))


@pytest.fixture
def reader(world, browse):
    return browse(world.verifier)


def blind(found, number=0):
    return f"/verification/{found.pk}/{found.codes[number]}/"


def file_of(found, number=0):
    """A file in the evidence of a drawn competency."""
    case = queries.blind_case(found, found.codes[number])
    data = b"What the practice measured"
    digest = hashlib.sha256(data).hexdigest()
    stored = default_storage.save(f"evidence/{digest}", ContentFile(data))
    return EvidenceFile.objects.create(
        version=case.pieces[0].version,
        name="measured.txt",
        content_type="text/plain",
        size=len(data),
        sha256=digest,
        stored_as=stored,
    )


# ------------------------------------------------------------------------------------------------------- blind reading


def test_blind_page_shows_the_evidence_and_neither_mentor_nor_decision(world, found, reader):
    page = reader.get(blind(found))

    html, decision = page.content.decode(), found.enrolment.decisions.first()
    assert "What I did and what I learned." in html
    hidden = (world.north.mentor.name, "Mentor North", decision.statement, decision.sha256, "Signed off", "satisfied")
    assert [words for words in hidden if words in html] == []
    assert complaints(html) == []
    assert ReadLog.objects.filter(reader=world.verifier.pk, record=f"{found.enrolment.ref}/{found.codes[0]}").exists()


def test_blind_page_names_no_mentor_who_watched(world, found, reader):
    version = queries.blind_case(found, found.codes[0]).pieces[0].version
    EvidenceItem.objects.filter(pk=version.item_id).update(kind=EvidenceKind.OBSERVATION)
    make_observation(version=version, observer=world.north.mentor, on_learners_device=False, confirm_by=None)

    before = reader.get(blind(found)).content.decode()
    reader.post(blind(found), {"verdict": "would_sign", "reason": ""})
    after = reader.get(blind(found)).content.decode()

    assert ["Watched by a mentor" in before, "Mentor North" in before] == [True, False]
    assert "Watched by Mentor North" in after


def test_blind_page_would_name_the_mentor_if_it_were_not_told_that_it_is_blind(world, found, reader, monkeypatch):
    version = queries.blind_case(found, found.codes[0]).pieces[0].version
    EvidenceItem.objects.filter(pk=version.item_id).update(kind=EvidenceKind.OBSERVATION)
    make_observation(version=version, observer=world.north.mentor, on_learners_device=False, confirm_by=None)
    monkeypatch.setattr(
        "learners.queries.observations.SeenBy.watcher", property(lambda seen: seen.observation.observer)
    )

    assert "Watched by Mentor North" in reader.get(blind(found)).content.decode()


def test_decision_is_shown_beside_the_reading_once_it_is_given(world, found, reader):
    refused = reader.post(blind(found), {"verdict": "would_return", "reason": ""})
    done = reader.post(blind(found), {"verdict": "would_return", "reason": "No dates in it"}, follow=True)

    assert "Enter why you would return it" in text_of(refused)
    assert world.north.mentor.name not in refused.content.decode()
    words = text_of(done)
    assert [part in words for part in ("I would return this", "No dates in it", "Signed off", "Mentor North")] == [
        True
    ] * 4
    assert complaints(done.content.decode()) == []


def test_reading_sent_twice_is_refused_and_not_changed(found, reader):
    reader.post(blind(found), {"verdict": "would_sign", "reason": ""})
    second = reader.post(blind(found), {"verdict": "would_return", "reason": "After all"})

    assert second.status_code == 409
    assert BlindReading.objects.get().verdict == "would_sign"


@pytest.mark.parametrize("address", ["portfolio/", "portfolio/{code}/", ""])
def test_ordinary_pages_stay_closed_to_the_verifier_until_every_reading_is_given(found, reader, address):
    where = f"/learners/{found.enrolment.ref}/{address.format(code=found.codes[0])}"
    reader.post(blind(found), {"verdict": "would_sign", "reason": ""})

    assert reader.get(where).status_code == 404


def test_portfolio_opens_to_the_verifier_between_the_last_reading_and_the_outcome(world, found, reader):
    portfolio = f"/learners/{found.enrolment.ref}/portfolio/"
    read_all(found)
    between = reader.get(portfolio).status_code
    reader.post(f"/verification/{found.pk}/outcome/", {"outcome": "verified", "reason": ""})

    assert (between, reader.get(portfolio).status_code, reader.get(blind(found)).status_code) == (200, 404, 404)


def test_portfolio_opens_too_early_where_the_guard_is_away(found, reader):
    Verification.objects.filter(pk=found.pk).update(read_at="2026-01-01T00:00:00Z")

    assert reader.get(f"/learners/{found.enrolment.ref}/portfolio/").status_code == 200


def test_file_opens_to_the_verifier_before_the_reading_and_is_recorded(world, found, reader):
    file = file_of(found)
    page = reader.get(blind(found))

    answer = reader.get(f"{blind(found)}files/{file.pk}/")

    assert f"{blind(found)}files/{file.pk}/" in page.content.decode()
    assert b"".join(answer.streaming_content) == b"What the practice measured"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert ReadLog.objects.filter(reader=world.verifier.pk, record_type="evidence_file").count() == 1


def test_file_of_another_portfolio_or_another_competency_does_not_open(world, found, reader, browse):
    file = file_of(found)
    other = make_verification(enrolment=make_enrolment(cohort=world.south.cohort), verifier=world.verifier)

    assert reader.get(f"{blind(found, 1)}files/{file.pk}/").status_code == 404
    assert reader.get(f"{blind(other)}files/{file.pk}/").status_code == 404
    assert browse(world.national_lead).get(f"{blind(found)}files/{file.pk}/").status_code == 404


def test_hidden_version_is_not_shown_to_the_verifier(world, found, reader):
    file = file_of(found)
    PatientFlag.objects.create(
        version=file.version, where="Line two", raised_by=world.north.mentor, state=FlagState.OPEN
    )

    words = text_of(reader.get(blind(found)))

    assert ["Hidden until somebody decides" in words, "What I did and what I learned." in words] == [True, False]
    assert reader.get(f"{blind(found)}files/{file.pk}/").status_code == 404


def test_blind_page_leads_to_the_flag_of_each_piece_and_hides_it_at_once(world, found, reader):
    version = queries.blind_case(found, found.codes[0]).pieces[0].version
    address = f"{blind(found)}versions/{version.pk}/flag/"
    assert address in reader.get(blind(found)).content.decode()
    asked = reader.get(address)
    refused = reader.post(address, {"about": "words", "where": ""})

    done = reader.post(address, {"about": "words", "where": "second line of the text"}, follow=True)

    assert [complaints(page.content.decode()) for page in (asked, done)] == [[], []]
    assert "Say where it stands" in text_of(refused)
    assert (done.request["PATH_INFO"], "Hidden until somebody decides" in text_of(done)) == (blind(found), True)
    flag = PatientFlag.objects.get()
    assert (flag.version, flag.raised_by, BlindReading.objects.count()) == (version, world.verifier, 0)
    assert "Somebody said so on" in text_of(reader.get(address))


def test_flag_of_a_piece_that_is_not_read_here_or_is_hidden_for_another_finds_nothing(world, found, reader, browse):
    file = file_of(found)
    address = f"{blind(found)}versions/{file.version_id}/flag/"
    elsewhere = add(make_request(enrolment=world.south.enrolment).versions.get(), "What the practice measured")
    assert elsewhere.sha256 == file.sha256

    assert reader.get(address.replace(found.codes[0], found.codes[1])).status_code == 404
    assert browse(make_national_role(role=RoleKey.VERIFIER).user).get(address).status_code == 404
    PatientFlag.objects.create(
        version=elsewhere.version, file=elsewhere, where="Page 2", raised_by=world.south.mentor, state=FlagState.OPEN
    )
    assert reader.get(address).status_code == 404


def test_another_verifier_and_one_after_the_window_find_nothing(found, browse, reader):
    stranger = make_national_role(role=RoleKey.VERIFIER).user

    assert browse(stranger).get(blind(found)).status_code == 404
    Verification.objects.filter(pk=found.pk).update(since="2020-01-01", until="2020-01-29")
    assert reader.get(blind(found)).status_code == 404


def test_hub_sees_that_is_read_but_no_verdict_before_the_outcome(world, found, browse):
    read_all(found, "would_return", "No dates in it")
    client = browse(world.north.coordinator)
    before = text_of(client.get(f"/verification/{found.pk}/"))
    browse(world.verifier).post(
        f"/verification/{found.pk}/outcome/", {"outcome": "referred", "reason": "Add the dates"}
    )
    after = text_of(client.get(f"/verification/{found.pk}/"))

    assert ["Read 2 of 2" in before, "No dates in it" in before, "I would return this" in before] == [
        True,
        False,
        False,
    ]
    assert ["No dates in it" in after, "Add the dates" in after] == [True, True]


def test_outcome_without_its_reason_is_refused_at_the_field(found, reader):
    read_all(found)

    page = reader.post(f"/verification/{found.pk}/outcome/", {"outcome": "referred", "reason": ""})

    assert "Enter what the learner has to do" in text_of(page)
    assert Page(page.content.decode()).complaints == []


# --------------------------------------------------------------------------------------------------------------- lists


def test_list_shows_each_their_own(world, found, browse, reader):
    make_verification(enrolment=make_enrolment(cohort=world.south.cohort))
    rest = Verification.objects.get(sample=found.sample_id, drawn=False)

    def refs(client):
        table = client.get("/verification/").context["table"]
        return {row.enrolment.ref for row in table.rows}

    everybody = {row.enrolment.ref for row in Verification.objects.all()}
    assert refs(reader) == {found.enrolment.ref}
    assert refs(browse(world.north.coordinator)) == {found.enrolment.ref, rest.enrolment.ref}
    assert refs(browse(world.national_analyst)) == everybody


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(world, browse, rows, django_assert_num_queries):
    for _ in range(rows):
        make_verification(enrolment=make_enrolment(cohort=world.north.cohort), verifier=world.verifier)
    client = browse(world.national_lead)
    client.get("/verification/")

    with django_assert_num_queries(12):
        client.get("/verification/")


@pytest.mark.parametrize("rows", [1, 3])
def test_sample_asks_the_same_number_of_queries(world, browse, rows, django_assert_num_queries):
    for _ in range(rows):
        make_verification(enrolment=make_enrolment(cohort=world.north.cohort), verifier=world.verifier)
    sample = VerificationSample.objects.first()
    Verification.objects.update(sample=sample)
    client = browse(world.national_lead)
    client.get(f"/verification/samples/{sample.pk}/")

    with django_assert_num_queries(10):
        client.get(f"/verification/samples/{sample.pk}/")


@pytest.mark.parametrize("each", [1, 3])
def test_portfolio_page_asks_the_same_number_of_queries(world, north, reader, each, django_assert_num_queries):
    found = assigned(world, drawn(world, each=each).verifications.get(enrolment=north.enrolment))
    assert len(verification_page(found).readings) == each
    reader.get(f"/verification/{found.pk}/")

    with django_assert_num_queries(21):
        reader.get(f"/verification/{found.pk}/")


def test_list_reads_no_sample_whole(world, north, browse):
    found = assigned(world, drawn(world, percent=10).verifications.get(drawn=True))

    with CaptureQueriesContext(connection) as asked:
        shown = browse(world.national_lead).get("/verification/")

    assert found.enrolment.ref in text_of(shown)
    assert [query["sql"] for query in asked if '"population"' in query["sql"]] == []
