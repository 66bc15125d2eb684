"""Who may do what: grants, scopes, declarations, and refusals that say why."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from gpa_programme.accounts import access
from gpa_programme.accounts.access import Grant, Scope, needs, public, signed_in
from gpa_programme.accounts.enums import Permission, RoleKey
from gpa_programme.accounts.roles import ROLES
from tests.world import World


def test_every_role_of_the_design_is_in_the_table() -> None:
    assert set(ROLES) == set(RoleKey)


@pytest.mark.parametrize(
    ("grant", "scope", "covered"),
    [
        (Grant(RoleKey.NATIONAL_LEAD, national=True), Scope(), True),
        (Grant(RoleKey.COORDINATOR, Scope(hub=1)), Scope(hub=1, practice=5, enrolment=9), True),
        (Grant(RoleKey.COORDINATOR, Scope(hub=1)), Scope(hub=2), False),
        (Grant(RoleKey.COORDINATOR, Scope(hub=1)), Scope(), False),
        (Grant(RoleKey.PRACTICE_MANAGER, Scope(practice=5)), Scope(hub=1, practice=5), True),
        (Grant(RoleKey.PRACTICE_MANAGER, Scope(practice=5)), Scope(hub=1), False),
        (Grant(RoleKey.LEARNER, Scope(enrolment=9)), Scope(hub=1, enrolment=8), False),
        (Grant(RoleKey.LEARNER), Scope(hub=1), False),
    ],
)
def test_grant_covers_only_records_that_agree_with_all_it_names(grant: Grant, scope: Scope, covered: bool) -> None:
    assert grant.covers(scope) is covered


@pytest.mark.django_db
def test_coordinator_holds_rights_over_her_hub_only(world: World) -> None:
    person = world.north.coordinator

    assert access.hub_ids(person, Permission.ENROL) == {world.north.hub.pk}
    assert access.can(person, Permission.ENROL, world.north.cohort)
    assert not access.can(person, Permission.ENROL, world.south.cohort)


@pytest.mark.django_db
def test_national_roles_hold_theirs_everywhere_and_the_deactivated_hold_none(world: World) -> None:
    assert access.hub_ids(world.national_analyst, Permission.SEE_HUB) is None
    assert not access.can(world.national_analyst, Permission.ACCEPT_REPORT)
    assert access.grants(world.deactivated) == []
    assert access.role_keys(world.stranger) == []


@pytest.mark.django_db
def test_refusal_names_the_roles_that_may(world: World) -> None:
    with pytest.raises(PermissionDenied, match="National lead"):
        access.require(world.national_analyst, Permission.ACCEPT_REPORT)


def _ask(view, user, **kwargs):
    request = RequestFactory().get("/")
    request.user = user
    return view(request, **kwargs)


@pytest.mark.django_db
def test_loader_answers_before_the_permission(world: World) -> None:
    def load(user, pk: int):
        if pk != 1:
            raise Http404
        return world.north.cohort

    @needs(Permission.ENROL, of=load)
    def view(request, cohort):
        return HttpResponse(cohort.name)

    assert _ask(view, world.north.coordinator, pk=1).content == b"Cohort 1"
    with pytest.raises(Http404):
        _ask(view, world.national_analyst, pk=2)
    with pytest.raises(PermissionDenied):
        _ask(view, world.national_analyst, pk=1)


def test_declarations_are_readable() -> None:
    def view(request):
        return HttpResponse()

    kinds = [public(view).access.kind, signed_in(view).access.kind, needs(Permission.ENROL)(view).access.kind]

    assert kinds == ["public", "signed in", "permission"]


@pytest.mark.django_db
def test_staff_without_a_second_factor_are_led_to_set_one_up(client, world: World) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=world.north.coordinator).delete()
    client.force_login(world.north.coordinator)

    answer = client.get("/people/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/")


@pytest.mark.django_db
def test_sign_up_is_closed(client) -> None:
    answer = client.post("/accounts/signup/", {"email": "new@people.example", "password1": "a-long-passphrase"})

    assert "invited" in answer.content.decode()
    from gpa_programme.accounts.models import User

    assert User.objects.count() == 0


@pytest.mark.django_db
def test_real_installation_asks_for_an_address_and_never_for_a_password(client, settings) -> None:
    settings.ACCOUNT_SIGNUP_FIELDS = ["email*"]

    page = client.get("/accounts/login/").content.decode()

    assert 'name="login"' in page
    assert 'name="password"' not in page
    assert "Email me a code" in page


@pytest.mark.django_db
def test_coordinator_who_is_also_verifier_sees_no_other_hubs_rows(world: World) -> None:
    from evaluation.models import RegionalReport
    from gpa_programme.accounts.models import User
    from learners.models import Enrolment
    from tests.factories import make_national_role, make_report

    make_national_role(role=RoleKey.VERIFIER, user=world.north.coordinator)
    make_report(programme=world.programme, hub=world.south.hub, period="2019-05")
    mine = make_report(programme=world.programme, hub=world.north.hub, period="2019-05")
    person = User.objects.get(pk=world.north.coordinator.pk)

    assert list(RegionalReport.objects.visible_to(person)) == [mine]
    assert set(Enrolment.objects.visible_to(person)) == {world.north.enrolment, world.north.other_enrolment}
