"""The pages on which a draft is written: what is refused in a race is said, and nothing goes without being asked."""

import pytest
from django.urls import reverse

from learners.actions import frameworks as actions
from learners.enums import FrameworkState
from learners.models import CompetencyFramework
from tests.learners.portfolios import text_of
from tests.learners.racing import overtaken_by
from tests.markup import complaints

pytestmark = pytest.mark.django_db
FROZEN = "This version is published, so it is frozen."
GONE = "This draft was deleted meanwhile."


@pytest.fixture
def draft(world):
    return actions.draft_from(framework=world.north.enrolment.framework, by=world.national_lead)


@pytest.fixture
def lead(world, browse):
    return browse(world.national_lead)


def sent(draft, page):
    """The address of a page of writing and what its button sends."""
    code = draft.competencies.first().code
    return {
        "mapping": (reverse("framework-mapping", args=[draft.pk]), {"note": "Fewer words"}),
        "remove": (reverse("framework-competency", args=[draft.pk, code]), {"action": "remove", "sure": "yes"}),
        "delete": (reverse("framework-delete", args=[draft.pk]), {}),
        "publish": (reverse("framework-publish", args=[draft.pk]), {}),
    }[page]


@pytest.mark.parametrize("page", ["mapping", "remove", "delete", "publish"])
def test_draft_that_somebody_published_meanwhile_is_said_to_be_frozen(world, lead, draft, page):
    address, body = sent(draft, page)
    count = draft.competencies.count()

    with overtaken_by(lambda: actions.publish(framework=draft, by=world.national_lead)):
        answer = lead.post(address, body, follow=True)

    assert FROZEN in text_of(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.competencies.count(), draft.change_note) == (FrameworkState.PUBLISHED, count, "")


@pytest.mark.parametrize("page", ["mapping", "remove", "delete", "publish"])
def test_draft_that_somebody_deleted_meanwhile_is_said_to_be_gone(world, lead, draft, page):
    address, body = sent(draft, page)

    with overtaken_by(lambda: actions.delete_draft(framework=draft, by=world.national_lead)):
        answer = lead.post(address, body, follow=True)

    assert GONE in text_of(answer)
    assert not CompetencyFramework.objects.filter(pk=draft.pk).exists()


def test_refused_mapping_keeps_what_was_typed(world, lead, draft):
    address, body = sent(draft, "mapping")

    with overtaken_by(lambda: actions.publish(framework=draft, by=world.national_lead)):
        answer = lead.post(address, body)

    assert (answer.status_code, "Fewer words" in answer.content.decode()) == (400, True)


def test_competency_is_taken_out_only_after_a_page_that_asks(lead, draft):
    address, body = sent(draft, "remove")
    code = draft.competencies.first().code

    asked = lead.post(address, {"action": "remove"})
    before = draft.competencies.filter(code=code).exists()
    lead.post(address, body)

    assert [part in text_of(asked) for part in (f"Take {code} out of the draft?", "Cancel")] == [True, True]
    assert complaints(asked.content.decode()) == []
    assert (before, draft.competencies.filter(code=code).exists()) == (True, False)


def test_page_that_asks_says_that_the_last_of_a_domain_takes_it_along(lead, draft):
    first = draft.competencies.first()
    first.domain.competencies.exclude(pk=first.pk).delete()

    asked = lead.post(reverse("framework-competency", args=[draft.pk, first.code]), {"action": "remove"})

    assert f"It is the last of {first.domain.name}: the domain goes with it." in text_of(asked)
