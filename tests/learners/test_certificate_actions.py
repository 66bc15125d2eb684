"""Certificates: who gets which, what is frozen, the tagged file, and withdrawing one."""

import hashlib
import io

import pikepdf
import pypdf
import pytest
from django.core.files.storage import default_storage

from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.periods import today
from gpa_programme.notices.models import Message
from learners.actions import certificates, finish
from learners.actions.certificates import drawn
from learners.enums import EnrolmentState, RequestRoute
from learners.models import Certificate, Enrolment, SignOffRequest
from learners.rules import certificates as rules
from tests.learners.finishing import certified, declare_all, sign_everything, to_in_house, verified
from tests.learners.portfolios import competencies

pytestmark = pytest.mark.django_db

S = EnrolmentState


def code_of(refused, act, **told):
    with pytest.raises(refused) as refusal:
        act(**told)
    return refusal.value.code


def stored(certificate):
    with default_storage.open(certificate.stored_as) as file:
        return file.read()


def words_of(data):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def in_house(hub, enrolment):
    sign_everything(enrolment)
    to_in_house(hub, enrolment)
    declare_all(hub, enrolment)
    finish.complete_in_house(enrolment=enrolment, reason="No award is sought", by=hub.hub_lead)
    return certificates.issue(enrolment=enrolment, by=hub.hub_lead)


# ------------------------------------------------------------------------------------------------------------- issuing


def test_issuing_completes_a_verified_learner_and_freezes_what_the_certificate_says(world):
    north = world.north
    found = certified(world, north, north.enrolment)

    north.enrolment.refresh_from_db()
    assert (north.enrolment.state, found.kind, found.issued_on) == (S.COMPLETED, "accredited", today())
    said = found.content
    assert [said[key] for key in ("name", "hub", "practice", "verification", "route", "code")] == [
        "Learner North",
        "North hub",
        "North surgery",
        "read",
        "accredited",
        found.code,
    ]
    assert [len(part["competencies"]) for part in said["domains"]] == [3]
    assert Message.objects.get(template="certificate_issued").person == north.learner


def test_national_lead_issues_too(world):
    enrolment = verified(world, world.north, world.north.enrolment)

    certificates.issue(enrolment=enrolment, by=world.national_lead)

    assert enrolment.state == S.COMPLETED


def test_certificate_in_house_says_that_nobody_outside_verified_it(world):
    found = in_house(world.north, world.north.enrolment)

    words = words_of(stored(found))
    assert (found.kind, found.content["verification"]) == ("in_house", "")
    assert "No external verification was sought" in words
    assert "accredited" not in words.lower()


def test_certificate_of_one_verified_before_verifications_were_kept_says_so(world):
    enrolment = world.north.enrolment
    sign_everything(enrolment)
    Enrolment.objects.filter(pk=enrolment.pk).update(state=S.COMPLETED)

    found = certificates.issue(enrolment=Enrolment.objects.get(pk=enrolment.pk), by=world.north.hub_lead)

    assert (found.kind, found.content["verification"]) == ("accredited", "before")
    assert "The verification was made before this system kept verifications." in words_of(stored(found))


def test_certificate_claims_no_award_of_an_awarding_body(world):
    words = words_of(stored(certified(world, world.north, world.north.enrolment)))

    assert "It is not an award of a university or another awarding body." in words
    assert "accredit" not in words.lower()


def test_prior_learning_is_marked(world):
    north = world.north
    one = competencies(north.enrolment)[1]
    enrolment = verified(world, north, north.enrolment)
    SignOffRequest.objects.filter(enrolment=enrolment, competency=one).update(route=RequestRoute.PRIOR)

    found = certificates.issue(enrolment=enrolment, by=north.hub_lead)

    marked = [row["code"] for part in found.content["domains"] for row in part["competencies"] if row["prior"]]
    words = words_of(stored(found))
    assert marked == [one.code]
    assert (words.count("Prior learning"), "1 of them by prior learning" in words) == (1, True)


@pytest.mark.parametrize("state", ["active", "submitted", "referred", "withdrawn"])
def test_certificate_needs_a_verified_or_completed_learner(state):
    told = {"state": state, "has_current": False, "learner_id": 1, "by_id": 2}

    assert code_of(StateError, rules.check_issue, **told) == "state"


def test_certificate_is_issued_once_and_by_somebody_else(world):
    found = certified(world, world.north, world.north.enrolment)

    again = {"enrolment": found.enrolment, "by": world.north.hub_lead}
    assert code_of(StateError, certificates.issue, **again) == "issued"
    own = {"state": "verified", "has_current": False, "learner_id": 1, "by_id": 1}
    assert code_of(DomainError, rules.check_issue, **own) == "own"


def test_code_is_twelve_letters_in_groups_of_four_and_typed_codes_are_tidied():
    codes = {rules.new_code() for _ in range(200)}

    assert len(codes) == 200
    assert {rules.tidy(code) for code in codes} == codes
    assert rules.tidy(" k7mp2q4r xw9b") == "K7MP-2Q4R-XW9B"
    assert [rules.tidy(typed) for typed in ("", "K7MP-2Q4R", "A7MP-2Q4R-XW9B", "K7MP-2Q4R-XW9B-X")] == [""] * 4


# ------------------------------------------------------------------------------------------------------------ the file


def test_file_is_tagged_and_the_same_content_gives_the_same_bytes(world):
    found = certified(world, world.north, world.north.enrolment)

    data = stored(found)
    assert drawn(found.content) == data == drawn(found.content)
    assert hashlib.sha256(data).hexdigest() == found.sha256
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo.get("/Title")) == "Certificate of Learner North"


def test_file_holds_the_address_at_which_it_is_checked(world, settings):
    found = certified(world, world.north, world.north.enrolment)

    assert found.content["address"] == f"{settings.SITE_URL}/certificates/{found.code}/"
    assert found.code in words_of(stored(found))


def test_file_of_the_demonstration_says_that_people_are_invented(world):
    world.programme.invented = True
    world.programme.save()

    assert "people and figures are invented" in words_of(stored(certified(world, world.north, world.north.enrolment)))


def test_file_does_not_change_when_the_learner_is_called_otherwise_later(world):
    found = certified(world, world.north, world.north.enrolment)
    world.north.learner.name = "Another Name"
    world.north.learner.save()

    assert drawn(Certificate.objects.get().content) == stored(found)


# --------------------------------------------------------------------------------------------------------- withdrawing


def test_withdrawing_keeps_the_row_tells_the_learner_without_the_reason_and_leaves_the_state(world):
    found = certified(world, world.north, world.north.enrolment)

    certificates.withdraw(certificate=found, reason="Issued on a wrong name", by=world.north.hub_lead)

    found.refresh_from_db()
    assert (found.withdrawn_on, found.withdrawn_by) == (today(), world.north.hub_lead)
    assert found.enrolment.state == S.COMPLETED
    told = Message.objects.get(template="certificate_withdrawn")
    assert (told.person, "wrong name" in str(told.context)) == (world.north.learner, False)


def test_withdrawing_needs_a_reason_and_happens_once_and_another_can_be_issued(world):
    found = certified(world, world.north, world.north.enrolment)
    told = {"certificate": found, "by": world.north.hub_lead}

    assert code_of(DomainError, certificates.withdraw, reason=" ", **told) == "reason"
    certificates.withdraw(reason="Wrong name", **told)
    assert code_of(StateError, certificates.withdraw, reason="Again", **told) == "withdrawn"
    again = certificates.issue(enrolment=found.enrolment, by=world.north.hub_lead)
    assert again.code != found.code
