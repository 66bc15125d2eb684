"""Landing, people, operations, outbox, history and health: content by role, strangers kept out."""

import pytest
from django.urls import reverse

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import DomainError
from gpa_programme.core.work import WorkState
from gpa_programme.home import actions
from gpa_programme.notices.models import Message, OutboxMail
from hubs.models import HubMembership
from tests.factories import make_request
from tests.world import World

pytestmark = pytest.mark.django_db


def test_stranger_is_asked_to_sign_in(client) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/")


def test_person_without_a_role_is_told_whom_to_ask(client, world: World) -> None:
    client.force_login(world.stranger)

    assert "You have no role in a programme yet" in client.get("/").content.decode()


def test_mentor_meets_the_requests_that_wait(client, world: World) -> None:
    for enrolment in (world.north.enrolment, world.north.other_enrolment):
        make_request(enrolment=enrolment)
    client.force_login(world.north.mentor)

    page = client.get("/").content.decode()

    assert "Decide 2 requests waiting for you" in page
    assert 'href="/waiting/"' in page


def test_people_of_another_hub_are_not_listed(client, world: World) -> None:
    client.force_login(world.north.coordinator)

    page = client.get(reverse("people")).content.decode()

    assert world.north.mentor.name in page
    for hidden in (world.south.mentor, world.south.coordinator, world.national_lead):
        assert hidden.name not in page


def test_coordinator_invites_to_her_hub_and_the_person_is_told(client, world: World) -> None:
    client.force_login(world.north.coordinator)
    data = {"name": "Sol Ade", "email": "sol@people.example", "role": "coordinator", "hub": world.north.hub.pk}

    answer = client.post(reverse("people-invite"), data)

    assert answer.status_code == 302
    assert HubMembership.objects.get(user__email="sol@people.example").hub == world.north.hub
    assert Message.objects.get(template="invited").person.email == "sol@people.example"


def test_coordinator_cannot_invite_to_another_hub_or_nationally(client, world: World) -> None:
    client.force_login(world.north.coordinator)
    base = {"name": "Sol Ade", "email": "sol@people.example"}

    for extra in ({"role": "hub_lead", "hub": world.south.hub.pk}, {"role": "national_lead"}):
        answer = client.post(reverse("people-invite"), {**base, **extra})
        assert answer.status_code == 400
        assert "sol@people.example" in answer.content.decode()
    assert not Message.objects.exists()
    with pytest.raises(DomainError):
        actions.invite(email="sol@people.example", name="Sol", role=RoleKey.NATIONAL_LEAD, by=world.north.coordinator)


def test_parked_work_is_shown_and_run_again(client, world: World) -> None:
    row = Message.objects.create(
        address="a@people.example", template="invited", template_sha256="", work_state=WorkState.PARKED, attempts=3,
        last_error="OSError: no mail server",
    )  # fmt: skip
    client.force_login(world.support)
    assert "OSError: no mail server" in client.get(reverse("operations")).content.decode()

    client.post(reverse("operations-run", kwargs={"kind": "message", "pk": row.pk}))

    row.refresh_from_db()
    assert (row.work_state, row.attempts) == (WorkState.QUEUED, 0)


def test_text_of_a_mail_is_shown_in_the_demonstration_only(client, world: World, settings) -> None:
    mail = OutboxMail.objects.create(recipient="a@people.example", subject="Hello", text="Your code is 123456")
    client.force_login(world.support)
    shown = []
    for settings.DEMONSTRATION in (False, True):
        page = client.get(reverse("outbox-mail", kwargs={"pk": mail.pk})).content.decode()
        shown.append("123456" in page)

    assert shown == [False, True]


def test_outbox_is_for_support_alone(client, world: World) -> None:
    mail = OutboxMail.objects.create(recipient="a@people.example", subject="Hello", text="A line")
    address = reverse("outbox-mail", kwargs={"pk": mail.pk})
    client.force_login(world.national_lead)
    assert client.get(address).status_code == 403

    client.force_login(world.support)

    assert client.get(address).status_code == 200


def test_history_shows_events_of_own_hub_only(client, world: World) -> None:
    audit.record(
        "enrolment_withdrawn", by=world.north.coordinator, record_type="enrolment", record="K7M-P2Q4",
        hub=world.north.hub.pk, reason="Left the practice",
    )  # fmt: skip
    address = reverse("history", kwargs={"record_type": "enrolment", "ref": "K7M-P2Q4"})
    nothing = reverse("history", kwargs={"record_type": "enrolment", "ref": "XXX-XXXX"})
    client.force_login(world.north.hub_lead)
    assert "Left the practice" in client.get(address).content.decode()

    client.force_login(world.south.hub_lead)

    answer = client.get(address)
    assert (answer.status_code, answer.content) == (404, client.get(nothing).content)


def test_health_says_whether_the_database_answers_and_the_worker_lives(client) -> None:
    assert client.get("/healthz").json() == {"serving": True, "database": True, "worker": False}
