"""Every template compiles, every base block holds, and the pages open to all are sound markup."""

from pathlib import Path

import jinja2
import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from gpa_programme.core.http import csrf_failure, page
from tests.markup import Page, complaints

FOLDER = Path(settings.BASE_DIR) / "templates"
JINJA = FOLDER / "jinja"
ALL = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt", ".svg"})
DJANGO_TEMPLATES = [str(path.relative_to(FOLDER)) for path in ALL if JINJA not in path.parents]
JINJA_TEMPLATES = [str(path.relative_to(JINJA)) for path in ALL if JINJA in path.parents]
OPEN_PAGES = [
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/help/",
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]


@pytest.mark.parametrize("name", DJANGO_TEMPLATES)
def test_django_template_compiles(name):
    assert get_template(name, using="django").template.name == name


def test_jinja_templates_compile():
    assert [get_template(name, using="jinja2").template.name for name in JINJA_TEMPLATES] == JINJA_TEMPLATES


def test_jinja_knows_components_addresses_and_statuses():
    environment = engines["jinja2"].env

    html = environment.from_string('{{ nhsuk("tag", text="<b>", colour="blue") }}').render()

    assert html == '<strong class="nhsuk-tag nhsuk-tag--blue">\n  &lt;b&gt;\n</strong>'
    assert isinstance(environment.from_string("{{ nowhere.at.all }}").render(), str)
    assert environment.undefined is jinja2.ChainableUndefined


@pytest.mark.django_db
@pytest.mark.parametrize("address", OPEN_PAGES)
def test_open_page_is_sound_markup(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert complaints(response.content.decode()) == []


@pytest.mark.django_db
def test_page_that_is_not_there_does_not_repeat_the_address(client):
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert complaints(response.content.decode()) == []
    assert "no-such-page" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"])
def test_sign_in_page_with_errors_is_sound_markup(client, address):
    html = client.post(address, {}).content.decode()

    assert complaints(html) == []
    assert html.count("nhsuk-error-summary__heading") == 1
    assert "Enter email" in html


@pytest.mark.django_db
def test_title_of_a_page_that_came_back_begins_with_error(client):
    titles = [
        Page(answer.content.decode()).title
        for answer in (client.get("/certificates/"), client.get("/certificates/", {"code": "K7"}))
    ]

    assert titles == [
        "Check a certificate – GPA training programme",
        "Error: Check a certificate – GPA training programme",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_error_page_without_a_request_is_sound_markup(name):
    assert complaints(render_to_string(name)) == []


@pytest.mark.django_db
def test_refusal_shows_its_reason_as_text():
    html = render_to_string("403.html", {"exception": "Only a <b>hub lead</b> may."}, RequestFactory().get("/"))

    assert "Only a &lt;b&gt;hub lead&lt;/b&gt; may." in html
    assert complaints(html) == []


@pytest.mark.django_db
def test_late_form_gets_a_page_that_says_nothing_was_saved():
    response = csrf_failure(RequestFactory().post("/"))

    assert response.status_code == 403
    assert "Nothing was saved" in response.content.decode()
    assert complaints(response.content.decode()) == []


@pytest.mark.django_db
def test_page_prints_its_title_once_as_heading_and_its_trail():
    crumbs = [("Home", "/"), ("Hubs", "/hubs/")]
    context = {
        "text": "Her place becomes free.",
        "points": ["<b>One</b>"],
        "submit": "Withdraw",
        "cancel": "/",
        "warning": True,
    }

    response = page(
        RequestFactory().get("/"), "components/confirm.html", title="Withdraw <Ada>?", crumbs=crumbs, **context
    )

    html = response.content.decode()
    assert complaints(html) == []
    assert '<h1 class="nhsuk-heading-l gpa-heading__title">Withdraw &lt;Ada&gt;?</h1>' in html
    assert 'href="/hubs/"' in html
    assert "&lt;b&gt;One&lt;/b&gt;" in html


def test_unknown_template_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        get_template("no/such.html")
