"""Pages of a scope: what they show to whom, a proposal by group with ticks, an answer, and the query count."""

import pytest

from gpa_programme.core.periods import now
from learners.enums import CompetencyKind, ScopeState
from learners.models import ScopeAgreement, ScopeItem
from tests.factories import make_competency, make_request, make_user
from tests.factories.scope import make_scope_agreement
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinical(north):
    """Two clinical competencies of the framework; the first is in the learner's scope."""
    found = [make_competency(framework=north.enrolment.framework, kind=CompetencyKind.CLINICAL) for _ in range(2)]
    ScopeItem.objects.create(enrolment=north.enrolment, competency=found[0])
    return found


def address(hub, more=""):
    return f"/learners/{hub.enrolment.ref}/scope/{more}"


def test_scope_page_says_what_applies_and_that_it_is_not_agreed_yet(north, browse, clinical):
    response = browse(north.learner).get(address(north))

    words = text_of(response)
    assert [part in words for part in ("4 competencies apply to you", "Not agreed yet", "Core: all 3")] == [True] * 3
    assert "Clinical: 1 of 2" in words
    assert "Agree as it is" in words
    assert complaints(response.content.decode()) == []


def test_first_scope_is_agreed_as_it_is_in_two_taps(north, browse, clinical):
    browse(north.mentor).post(address(north, "propose/"), {"action": "as_it_is"})
    told = text_of(browse(north.learner).get(address(north)))
    answered = browse(north.learner).post(address(north, "1/"), {"action": "agree"}, follow=True)

    assert "Answer the proposal" in told
    agreement = ScopeAgreement.objects.get()
    assert (agreement.state, agreement.proposed_by, agreement.decided_by) == ("agreed", north.mentor, north.learner)
    assert "Agreed. Progress is counted by this scope from now on" in text_of(answered)
    assert "Not agreed yet" not in text_of(answered)


def test_practice_reads_no_reason_of_a_proposal(north, browse):
    make_scope_agreement(enrolment=north.enrolment, reason="Her asthma keeps her from the cold room")

    read = [
        "Her asthma" in text_of(browse(getattr(north, person)).get(address(north)))
        for person in ("learner", "mentor", "coordinator", "practice_manager")
    ]

    assert read == [True, True, True, False]


def test_proposal_by_group_takes_all_some_or_none(north, browse, clinical):
    response = browse(north.learner).get(address(north, "propose/"))
    assert complaints(response.content.decode()) == []
    browse(north.learner).post(
        address(north, "propose/"),
        {"many_clinical": "some", "some_clinical": [clinical[1].code], "reason": "Blood pressure clinic"},
    )

    agreement = ScopeAgreement.objects.get()
    assert sorted(agreement.competencies.values_list("code", flat=True)) == ["D1-01", "D1-02", "D1-03", "D1-05"]
    assert agreement.reason == "Blood pressure clinic"


def test_proposal_of_some_without_a_tick_says_what_to_do_and_keeps_the_words(north, browse, clinical):
    response = browse(north.learner).post(
        address(north, "propose/"), {"many_clinical": "some", "reason": "Keep these words"}
    )

    words = text_of(response)
    assert "Select which clinical tasks apply, or “None”" in words
    assert "Keep these words" in words
    assert complaints(response.content.decode()) == []
    assert not ScopeAgreement.objects.exists()


def test_second_change_asks_why(north, browse, clinical):
    make_scope_agreement(enrolment=north.enrolment, state=ScopeState.AGREED)
    response = browse(north.learner).post(address(north, "propose/"), {"many_clinical": "none", "reason": ""})

    assert "Enter why the scope should change" in text_of(response)


def test_answer_page_shows_what_changes_and_which_request_closes(north, browse, clinical):
    make_request(enrolment=north.enrolment, competency=clinical[0])
    core = competencies(north.enrolment)[:3]
    make_scope_agreement(enrolment=north.enrolment, competencies=[*core, clinical[1]], reason="A new clinic")

    response = browse(north.mentor).get(address(north, "1/"))

    words = text_of(response)
    assert f"Would be added {clinical[1]}" in words
    assert f"Would leave {clinical[0]}" in words
    assert f"What waits for a decision on {clinical[0].code} would be closed." in words
    assert complaints(response.content.decode()) == []


def test_decline_needs_a_word_and_the_proposer_reads_it(north, browse):
    make_scope_agreement(enrolment=north.enrolment)
    refused = browse(north.mentor).post(address(north, "1/"), {"action": "decline", "answer": ""})
    browse(north.mentor).post(address(north, "1/"), {"action": "decline", "answer": "We agreed otherwise"})

    assert "Enter why you decline" in text_of(refused)
    assert "Declined because: We agreed otherwise" in text_of(browse(north.learner).get(address(north)))


def test_answer_that_comes_second_is_told_what_happened(north, browse):
    agreement = make_scope_agreement(enrolment=north.enrolment)
    ScopeAgreement.objects.filter(pk=agreement.pk).update(
        state=ScopeState.TAKEN_BACK, decided_by=north.learner, decided_at=now()
    )

    response = browse(north.mentor).post(address(north, "1/"), {"action": "agree"})

    assert response.status_code == 409
    assert "This proposal is closed: taken back. Nothing was saved." in text_of(response)


def test_hub_and_practice_read_a_scope_and_answer_nothing(north, browse):
    make_scope_agreement(enrolment=north.enrolment)
    for person in (north.coordinator, north.practice_manager):
        words = text_of(browse(person).get(address(north)))
        assert "Answer the proposal" not in words
        assert browse(person).post(address(north, "1/"), {"action": "agree"}).status_code == 403
        assert browse(person).post(address(north, "propose/"), {"action": "as_it_is"}).status_code == 403
    assert browse(make_user()).get(address(north)).status_code == 404
    assert ScopeAgreement.objects.get().state == ScopeState.PROPOSED


def test_learner_answers_no_proposal_of_their_own(north, browse):
    make_scope_agreement(enrolment=north.enrolment)

    shown = text_of(browse(north.learner).get(address(north, "1/")))
    browse(north.learner).post(address(north, "1/"), {"action": "agree"})

    assert ("Take it back" in shown, "Decline" in shown) == (True, False)
    assert ScopeAgreement.objects.get().state == ScopeState.PROPOSED


@pytest.mark.parametrize("rows", [1, 3])
def test_scope_page_asks_the_same_number_of_queries(north, browse, rows, django_assert_num_queries):
    for _ in range(rows):
        make_scope_agreement(enrolment=north.enrolment, state=ScopeState.AGREED)
    client = browse(north.coordinator)
    client.get(address(north))

    with django_assert_num_queries(15):
        client.get(address(north))
