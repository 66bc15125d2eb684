"""The pages of signing in, confirming and recovering: sound markup, in our words, without anything inline."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache

from tests.markup import complaints

PASSWORD = "a long enough password"
PAGES = {
    "/accounts/logout/": "Sign out",
    "/accounts/password/change/": "Change your password",
    "/accounts/reauthenticate/": "Confirm that it is you",
    "/accounts/2fa/": "Second step when signing in",
    "/accounts/2fa/totp/activate/": "Set up an authenticator app",
    "/accounts/2fa/webauthn/": "Passkeys and security keys",
    "/accounts/2fa/webauthn/add/": "Add a passkey or security key",
    "/accounts/sessions/": "Where you are signed in",
}
WITH_SECOND_STEP = {
    "/accounts/2fa/": "Second step when signing in",
    "/accounts/2fa/totp/deactivate/": "Remove the authenticator app",
    "/accounts/2fa/recovery-codes/": "Recovery codes",
    "/accounts/2fa/recovery-codes/generate/": "Make new recovery codes",
}


@pytest.fixture
def person(db):
    cache.clear()
    user = get_user_model().objects.create_user("ada@practice.example", name="Ada Moss", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client):
    """Signed in, and confirmed once more: changes to the second step ask for that even seconds after signing in."""
    client.post("/accounts/login/", {"login": "ada@practice.example", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def heading(html):
    return re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", html, re.DOTALL).group(1)


@pytest.mark.parametrize(("address", "title"), PAGES.items())
def test_page_of_an_account_is_sound_and_says_what_it_is(client, person, address, title):
    sign_in(client)

    html = client.get(address, follow=True).content.decode()

    assert (heading(html), complaints(html)) == (title, [])


@pytest.mark.parametrize(("address", "title"), WITH_SECOND_STEP.items())
def test_page_of_a_second_step_is_sound_and_says_what_it_is(client, person, address, title):
    sign_in(client)
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)

    html = client.get(address, follow=True).content.decode()

    assert (heading(html), complaints(html)) == (title, [])


def test_list_of_keys_names_each_with_its_own_links(client, person):
    sign_in(client)
    key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone"})

    html = client.get("/accounts/2fa/webauthn/").content.decode()

    assert complaints(html) == []
    assert f'<a href="/accounts/2fa/webauthn/keys/{key.pk}/remove/">Remove' in html


def test_second_step_at_sign_in_is_sound(client, person):
    TOTP.activate(person, generate_totp_secret())

    html = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}, follow=True).content.decode()

    assert (heading(html), complaints(html)) == ("Second step", [])


def test_emailed_code_is_asked_for_and_a_wrong_one_is_explained(client, person):
    asked = client.post("/accounts/login/code/", {"email": person.email}, follow=True).content.decode()
    wrong = client.post("/accounts/login/code/confirm/", {"code": "wrong"}, follow=True).content.decode()

    assert (heading(asked), complaints(asked)) == ("Enter your sign-in code", [])
    assert len(mail.outbox) == 1
    assert complaints(wrong) == []
    assert wrong.count("nhsuk-error-summary__heading") == 1


def test_wrong_password_is_said_at_the_top(client, person):
    html = client.post("/accounts/login/", {"login": person.email, "password": "wrong"}).content.decode()

    assert complaints(html) == []
    assert "There is a problem" in html
    assert "nothing was saved" not in html


def test_sign_up_is_closed_and_says_why(client, person):
    html = client.get("/accounts/signup/").content.decode()

    assert (heading(html), complaints(html)) == ("Accounts are by invitation", [])


def test_signed_in_page_tells_the_browser_how_long_one_stays_idle(client, person):
    sign_in(client)

    html = client.get("/about/").content.decode()

    assert 'data-session-seconds="1800"' in html
