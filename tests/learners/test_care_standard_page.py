"""The page of one standard of the Care Certificate: competencies under the headings of their domains."""

import re

import pytest

from learners.models import CareStandard
from tests.factories import make_competency
from tests.factories.learners import DomainFactory
from tests.factories.scope import make_care_standard
from tests.markup import complaints

pytestmark = pytest.mark.django_db


@pytest.fixture
def framework(world):
    """Three competencies in the first domain and two in the second."""
    second = DomainFactory(framework=world.framework, name="Clinical care")
    for _ in range(2):
        make_competency(framework=world.framework, domain=second)
    return world.framework


@pytest.fixture
def covered(framework):
    return framework.competencies.order_by("position")[3]


@pytest.fixture
def address(framework, covered):
    standard = make_care_standard(competencies=[covered])
    return f"/frameworks/{framework.pk}/care-certificate/{standard.edition}/{standard.number}/"


def groups(html):
    """The codes under each legend, without the outermost."""
    parts = re.split(r"<legend[^>]*>([^<]*)</legend>", html)[3:]
    return {
        name: re.findall(r'name="competencies" type="checkbox" value="([^"]*)"', part)
        for name, part in zip(parts[::2], parts[1::2], strict=True)
    }


def test_competencies_stand_under_their_domains(world, framework, covered, address, browse):
    response = browse(world.national_lead).get(address)

    html = response.content.decode()
    codes = list(framework.competencies.order_by("position").values_list("code", flat=True))
    assert groups(html) == {"Domain 1": codes[:3], "Clinical care": codes[3:]}
    assert re.findall(r'value="([^"]*)" checked', html) == [covered.code]
    assert "What does it cover?</legend>" in html
    assert complaints(html) == []


def test_what_is_ticked_is_kept_of_every_domain(world, framework, address, browse):
    first, *_others, last = framework.competencies.order_by("position")

    browse(world.national_lead).post(address, {"competencies": [first.code, last.code]})

    assert list(CareStandard.objects.get().competencies.order_by("position")) == [first, last]


def test_unknown_competency_is_refused_and_the_ticks_stay(world, framework, covered, address, browse):
    first = framework.competencies.order_by("position").first()

    response = browse(world.national_lead).post(address, {"competencies": [first.code, "X-99"]})

    html = response.content.decode()
    assert html.count("Select competencies of this framework") == 2
    assert re.findall(r'value="([^"]*)" checked', html) == [first.code]
    assert list(CareStandard.objects.get().competencies.all()) == [covered]
    assert complaints(html) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_number_of_queries(world, framework, address, browse, rows, django_assert_num_queries):
    for _ in range(rows):
        make_competency(framework=framework, domain=DomainFactory(framework=framework))
    client = browse(world.national_lead)

    with django_assert_num_queries(15):
        client.get(address)
