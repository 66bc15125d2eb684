"""The gallery: every component in every state, on one sound page that support can open."""

import re

import pytest

from gpa_programme.accounts.enums import RoleKey
from gpa_programme.accounts.models import NationalRole, User
from gpa_programme.core.nhsuk import TAG_COLOURS
from tests.markup import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(client, settings):
    settings.DEMONSTRATION = True  # no second factor
    user = User.objects.create_user("support@programme.example", name="Sam Stone")
    NationalRole.objects.create(user=user, role=RoleKey.SUPPORT)
    client.force_login(user)
    return client


def test_gallery_is_sound_markup_with_every_colour_and_state(support):
    html = support.get("/components/").content.decode()

    assert complaints(html) == []
    assert set(re.findall(r"nhsuk-tag--([a-z-]+)", html)) == set(TAG_COLOURS)
    assert html.count("nhsuk-error-summary__heading") == 1
    assert "&lt;b&gt;Ada&lt;/b&gt;" in html


def test_gallery_sorts_filters_and_downloads(support):
    filtered = support.get("/components/?sort=-name&status=stalled").content.decode()
    file = support.get("/components/?sort=-name&status=stalled&export=csv").content.decode("utf-8-sig")

    names = [line.split(",")[0] for line in file.splitlines()[1:3]]
    assert names == ["Femi Cole", "Bola Adeyemi"]
    assert filtered.index("Femi Cole") < filtered.index("Bola Adeyemi")


def test_gallery_is_not_for_visitors(client):
    assert client.get("/components/").url == "/accounts/login/?next=/components/"
