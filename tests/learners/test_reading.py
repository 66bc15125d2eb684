"""A hub reads evidence for a reason that is kept, that ends, and that the learner sees; nobody else reads at all."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse

from gpa_programme.accounts.models import NationalRole
from gpa_programme.audit.models import AuditEvent, ReadLog
from gpa_programme.core.periods import now, today
from gpa_programme.core.uploads import Upload
from gpa_programme.notices.models import Message
from learners.actions import storage
from learners.models import EvidenceFile, ReadingReason, RequestVersion
from learners.queries.reading import looks_at
from learners.rules.reading import HOURS
from tests.factories import make_request, make_verification
from tests.learners.portfolios import competencies, text_of
from tests.world import build_world

WHY = "The mentor is ill and the learner asked me to look."


@pytest.fixture
def world(db):
    """The standing world."""
    return build_world()


@pytest.fixture
def north(world):
    """Its northern hub."""
    return world.north


@pytest.fixture
def asked(north):
    """A request of the northern learner, with evidence."""
    return make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[0])


def addresses(enrolment):
    """The portfolio and a competency's page."""
    code = competencies(enrolment)[0].code
    return [
        reverse("learner-portfolio", args=[enrolment.ref]),
        reverse("learner-portfolio-competency", args=[enrolment.ref, code]),
    ]


def test_coordinator_reads_only_after_a_reason_and_only_for_hours(north, asked, browse, clock):
    clock.set(now())
    client = browse(north.coordinator)
    page = reverse("learner-reading", args=[north.enrolment.ref])

    before = [client.get(address).status_code for address in addresses(north.enrolment)]
    given = client.post(page, {"reason": WHY})
    during = [client.get(address) for address in addresses(north.enrolment)]
    clock.move(hours=HOURS, seconds=1)
    client = browse(north.coordinator)
    after = [client.get(address).status_code for address in addresses(north.enrolment)]

    assert (before, given.status_code, after) == ([403, 403], 302, [403, 403])
    assert [answer.status_code for answer in during] == [200, 200]
    assert all(WHY in text_of(answer) for answer in during)


def test_reason_is_kept_told_and_shown_to_the_learner_with_every_look(north, asked, browse):
    coordinator, learner = browse(north.coordinator), browse(north.learner)
    coordinator.post(reverse("learner-reading", args=[north.enrolment.ref]), {"reason": WHY})
    for address in addresses(north.enrolment):
        coordinator.get(address)

    shown = text_of(learner.get(reverse("portfolio-readers")))

    message = Message.objects.get(template="evidence_opened")
    event = AuditEvent.objects.get(verb="evidence_opened_for_reason")
    code = competencies(north.enrolment)[0].code
    assert (message.person_id, WHY in str(message.context)) == (north.learner.pk, False)
    assert (event.reason, event.actor) == (WHY, north.coordinator.pk)
    assert [WHY in shown, f"Your evidence for {code}, for the reason above" in shown] == [True, True]
    assert ReadLog.objects.filter(reader=north.coordinator.pk).count() == 2


def test_reason_that_says_nothing_is_refused_and_kept_in_the_field(north, browse):
    answer = browse(north.coordinator).post(reverse("learner-reading", args=[north.enrolment.ref]), {"reason": "look"})

    html = answer.content.decode()
    assert (answer.status_code, ReadingReason.objects.count()) == (400, 0)
    assert ["look</textarea>" in html, "at least 15 characters" in html] == [True, True]


def test_reason_opens_no_decision_and_no_other_learner(north, asked, browse, world):
    client = browse(north.coordinator)
    client.post(reverse("learner-reading", args=[north.enrolment.ref]), {"reason": WHY})

    decide = client.get(reverse("waiting-request", args=[asked.ref])).status_code
    other = client.get(addresses(world.south.enrolment)[0]).status_code

    assert (decide, other) == (404, 404)


def test_practice_manager_never_reads_and_strangers_find_nothing(north, asked, browse, world):
    page = reverse("learner-reading", args=[north.enrolment.ref])
    found = {
        "practice": browse(north.practice_manager).post(page, {"reason": WHY}).status_code,
        "mentor": browse(north.mentor).post(page, {"reason": WHY}).status_code,
        "stranger": browse(world.stranger).post(page, {"reason": WHY}).status_code,
        "other hub": browse(world.south.coordinator).post(page, {"reason": WHY}).status_code,
        "practice reads": browse(north.practice_manager).get(addresses(north.enrolment)[0]).status_code,
    }

    assert found == {"practice": 403, "mentor": 403, "stranger": 404, "other hub": 404, "practice reads": 403}


@pytest.mark.parametrize("looks", [1, 3])
def test_readers_page_asks_the_same_number_of_queries(north, asked, browse, looks, django_assert_num_queries):
    coordinator, learner = browse(north.coordinator), browse(north.learner)
    coordinator.post(reverse("learner-reading", args=[north.enrolment.ref]), {"reason": WHY})
    for _ in range(looks):
        coordinator.get(addresses(north.enrolment)[0])
    learner.get(reverse("portfolio-readers"))

    with django_assert_num_queries(16):
        learner.get(reverse("portfolio-readers"))


def test_reader_who_sees_a_patient_named_can_hide_it_from_where_they_read(north, asked, browse):
    hub = browse(north.coordinator)
    hub.post(reverse("learner-reading", args=[north.enrolment.ref]), {"reason": WHY})
    version = asked.versions.get()
    flag = reverse("evidence-flag", args=[version.item.ref, version.number])

    shown = hub.get(addresses(north.enrolment)[1]).content.decode()

    assert f'href="{flag}"' in shown
    assert hub.get(flag).status_code == 200


def test_reason_opens_nothing_once_the_person_has_left_the_hub(north, asked, browse):
    page = reverse("learner-reading", args=[north.enrolment.ref])
    browse(north.coordinator).post(page, {"reason": WHY})
    north.coordinator.hub_memberships.update(until=today() - timedelta(days=1))

    answers = [browse(north.coordinator).get(address).status_code for address in addresses(north.enrolment)]

    assert answers == [404, 404]


def test_verifier_reads_nothing_once_the_role_has_ended(world, north, asked, browse):
    found = make_verification(enrolment=north.enrolment, verifier=world.verifier, read_at=now())
    during = [browse(world.verifier).get(address).status_code for address in addresses(found.enrolment)]
    NationalRole.objects.filter(user=world.verifier).update(until=today() - timedelta(days=1))

    after = [browse(world.verifier).get(address).status_code for address in addresses(found.enrolment)]

    assert (during, after) == ([200, 200], [404, 404])


def test_readers_page_lists_what_mentors_opened_of_requests_files_and_groups(north, asked, browse):
    learner, mentor = browse(north.learner), browse(north.mentor)
    second = make_request(enrolment=north.enrolment, competency=competencies(north.enrolment)[1])
    notes = Upload("Notes.txt", "text/plain; charset=utf-8", b"Notes", hashlib.sha256(b"Notes").hexdigest())
    file = EvidenceFile.objects.create(
        version=asked.versions.get(), name=notes.name, size=5, sha256=notes.sha256, stored_as=storage.keep(notes)
    )
    mentor.get(reverse("waiting-request", args=[asked.ref]))
    RequestVersion.objects.create(request=asked, version=second.versions.get())
    mentor.get(reverse("waiting-request", args=[asked.ref]))
    mentor.get(reverse("evidence-file", args=[file.version.item.ref, file.pk]))
    mentor.get(reverse("waiting-together"), {"learner": north.enrolment.ref, "domain": "D1"})

    looks = [(look.reader, look.what) for look in looks_at(north.enrolment)]

    shown = text_of(learner.get(reverse("portfolio-readers")))
    opened = f"What you asked to be decided on {asked.competency.code}"
    assert looks == [
        (str(north.mentor), "What you asked to be decided in D1, several at once"),
        (str(north.mentor), "A file of your evidence"),
        (str(north.mentor), opened),
        (str(north.mentor), opened),
    ]
    assert shown.count(opened) == 2
    assert looks_at(north.other_enrolment) == []


def test_readers_page_leaves_out_what_the_learner_opened(north, asked, browse):
    browse(north.learner).get(reverse("portfolio"))

    assert looks_at(north.enrolment) == []
