"""Mails about signing in: whose they are, what the code is for, and nothing of a site that nobody knows."""

import re

import pytest
from django.core import mail

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def asked(client, email):
    """The mail that asking for a code sends."""
    client.post("/accounts/login/code/", {"email": email})
    return mail.outbox[-1]


def test_code_comes_from_the_programme_with_its_time(client, settings):
    user = make_user()

    sent = asked(client, user.email)

    assert (sent.subject, sent.to) == ("Your code to sign in to the GPA training programme", [user.email])
    assert sent.body.startswith("Hello,\n\nYour code to sign in is\n\n")
    assert re.search(r"^    \S{6,}$", sent.body, re.MULTILINE)
    assert "It works once, within 15 minutes." in sent.body
    assert settings.SITE_URL in sent.body
    assert "Thank you for using" not in sent.body


def test_address_that_nobody_has_is_told_so_by_mail_alone(client):
    sent = asked(client, "nobody@elsewhere.example")

    assert sent.subject == "Somebody asked to sign in to the GPA training programme with your address"
    assert "Nobody in the programme has this address." in sent.body
    assert "sign up" not in sent.body
