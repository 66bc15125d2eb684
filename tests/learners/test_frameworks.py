"""Frameworks: a draft, an import with preview, what differs, publication, retirement, and a learner who goes over."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gpa_programme.core.errors import DomainError, StateError
from gpa_programme.core.tables_in import read_table
from learners.actions import frameworks as actions
from learners.actions.framework_moves import move_framework
from learners.enums import CompetencyState, DecisionKind, FrameworkState
from learners.forms.frameworks import MappingForm
from learners.models import CompetencyFramework, CompetencyMapping, FrameworkImport, FrameworkMove, SignOffRequest
from learners.queries.frameworks import Mapped, compared, move_of, rows_of
from learners.queries.states import enrolment_states
from learners.rules.framework import Row, differences
from learners.rules.framework import rows_of as read_rows
from tests.factories import (
    make_cohort,
    make_competency,
    make_decision,
    make_enrolment,
    make_framework,
    make_request,
    make_user,
)
from tests.learners.portfolios import competencies, text_of
from tests.world import build_world

pytestmark = pytest.mark.django_db
GOOD = "code,domain,title,kind,minimum_pieces,required_kinds\nCAR-01,Care,Listens well,core,2,DO\n"
BAD = "code,domain,title,kind\nCAR-01,Care,Listens,core\nCAR-01,Care,,unknown\n"


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def lead(world, browse):
    return browse(world.national_lead)


def upload(text, name="framework.csv"):
    return SimpleUploadedFile(name, text.encode())


def test_row_with_faults_names_each_and_a_good_one_none():
    first, second = read_rows(read_table("a.csv", BAD.encode()))

    assert first.problems == ()
    assert [part.split(" ")[0] for part in second.problems] == ["The", "Give", "The"]


def test_version_saved_as_a_file_is_read_back_as_it_was(world, lead):
    framework = world.north.enrolment.framework
    for kind in ("csv", "xlsx"):
        file = lead.get(reverse("framework", args=[framework.pk]), {"export": kind})
        data = b"".join(file) if file.streaming else file.content

        assert read_rows(read_table(f"framework.{kind}", data)) == rows_of(framework)


@pytest.mark.parametrize("name", ["list.txt", "old.xls"])
def test_file_of_another_kind_is_refused(name):
    with pytest.raises(DomainError) as refusal:
        read_table(name, b"code")

    assert (refusal.value.field, refusal.value.code) == ("file", "type")


def test_import_shows_the_rows_first_and_then_makes_one_draft(world, lead):
    shown = lead.post(reverse("framework-import"), {"file": upload(GOOD)}, follow=True)
    kept = FrameworkImport.objects.get()
    before = CompetencyFramework.objects.filter(state=FrameworkState.DRAFT).count()
    preview = reverse("framework-import-preview", args=[kept.pk])

    lead.post(preview)
    lead.post(preview)

    draft = CompetencyFramework.objects.get(state=FrameworkState.DRAFT)
    one = draft.competencies.get()
    assert ["Listens well" in text_of(shown), "Make a draft of 1 competencies" in text_of(shown)] == [True, True]
    assert (before, one.minimum_pieces, one.required_kinds, one.domain.name) == (0, 2, ["DO"], "Care")


def test_import_with_faults_says_which_rows_and_makes_nothing(world, lead):
    shown = lead.post(reverse("framework-import"), {"file": upload(BAD)}, follow=True)
    kept = FrameworkImport.objects.get()

    refused = lead.post(reverse("framework-import-preview", args=[kept.pk]))

    assert "Put right in the file: 1 row" in text_of(shown)
    assert (refused.status_code, CompetencyFramework.objects.filter(state=FrameworkState.DRAFT).count()) == (409, 0)


def test_draft_is_seen_by_its_writers_only_and_a_published_version_is_frozen(world, lead, browse):
    framework = world.north.enrolment.framework
    lead.post(reverse("framework-draft", args=[framework.pk]))
    draft = CompetencyFramework.objects.get(state=FrameworkState.DRAFT)
    page = reverse("framework", args=[draft.pk])

    hidden = browse(world.north.coordinator).get(page).status_code
    lead.post(reverse("framework-publish", args=[draft.pk]))
    shown = browse(world.north.coordinator).get(page).status_code

    assert (hidden, shown) == (404, 200)
    with pytest.raises(StateError) as refusal:
        actions.save_competency(framework=draft, row=rows_of(framework)[0], code="", by=world.national_lead)
    assert refusal.value.code == "frozen"
    assert lead.get(reverse("framework-competency-new", args=[draft.pk])).status_code == 404


def test_two_drafts_at_once_are_one(world):
    framework = world.north.enrolment.framework

    first = actions.draft_from(framework=framework, by=world.national_lead)
    second = actions.draft_from(framework=framework, by=world.national_lead)

    assert (first, first.version) == (second, framework.version + 1)


def test_differences_by_code_with_what_was_and_what_is():
    old = [Row("A-1", "Care", "Listens", "core"), Row("A-2", "Care", "Writes", "core")]
    new = [Row("A-1", "Care", "Listens well", "core", minimum_pieces=2), Row("A-3", "Care", "Counts", "core")]

    found = differences(old, new)

    assert [(row.code, row.what) for row in found] == [("A-1", "Changed"), ("A-3", "Added"), ("A-2", "Removed")]
    assert found[0].changes == [("Title", "Listens", "Listens well"), ("Minimum pieces", "1", "2")]


def test_page_of_differences_says_them(world, lead):
    framework = world.north.enrolment.framework
    draft = actions.draft_from(framework=framework, by=world.national_lead)
    first = rows_of(draft)[0]
    changed = Row(**{**first.as_json(), "title": "Said in other words"})
    actions.save_competency(framework=draft, row=changed, code=first.code, by=world.national_lead)

    shown = text_of(lead.get(reverse("framework-compare", args=[draft.pk, framework.pk])))

    assert f"{first.code}: changed" in shown
    assert f"was: {first.title} is: Said in other words" in shown
    assert compared(framework, framework) == []


def test_retired_version_keeps_its_learners_and_takes_new_ones_until_the_day(world, lead):
    framework = world.north.enrolment.framework

    lead.post(reverse("framework-retire", args=[framework.pk]), {"reason": ""})
    refused = CompetencyFramework.objects.get(pk=framework.pk).state
    lead.post(
        reverse("framework-retire", args=[framework.pk]),
        {"reason": "A newer one", "enrol_until_day": "1", "enrol_until_month": "2", "enrol_until_year": "2030"},
    )

    framework.refresh_from_db()
    assert (refused, framework.state, framework.retired_reason) == ("published", "retired", "A newer one")
    assert framework.takes_learners_on(framework.enrol_until)
    assert not CompetencyFramework(state="retired", enrol_until=None).takes_learners_on(framework.enrol_until)


@pytest.fixture
def mover():
    """A learner with one sign-off, one request open, one returned; and a newer version where the first is renamed."""
    cohort = make_cohort()
    enrolment = make_enrolment(cohort=cohort, framework=make_framework(programme=cohort.programme, competencies=3))
    first, second, third = competencies(enrolment)
    make_decision(request=make_request(enrolment=enrolment, competency=first))
    make_request(enrolment=enrolment, competency=second)
    make_decision(request=make_request(enrolment=enrolment, competency=third), kind=DecisionKind.RETURNED)
    newer = make_framework(programme=cohort.programme, competencies=4)
    for old, new in zip((first, second, third), newer.competencies.order_by("position"), strict=False):
        CompetencyMapping.objects.create(old=old, new=new, carries=True)
    return enrolment, newer


def test_going_over_keeps_sign_offs_requests_and_returns(mover):
    enrolment, newer = mover
    by = make_user()
    before = [state.value for state in enrolment_states([enrolment.pk])[enrolment.pk].values()]
    promised = move_of(enrolment, newer)

    move_framework(enrolment=enrolment, to=newer, reason="The newer one fits the post", by=by)

    after = [state.value for state in enrolment_states([enrolment.pk])[enrolment.pk].values()]
    assert before == ["signed_off", "waiting", "returned"]
    assert after == ["signed_off", "waiting", "returned", "not_started"]
    assert (len(promised.kept), promised.lost, promised.waiting, len(promised.new)) == (1, [], 1, 1)
    assert SignOffRequest.objects.open().get().competency.framework == newer
    assert FrameworkMove.objects.get().reason == "The newer one fits the post"


def test_sign_off_that_the_mapping_does_not_carry_stays_on_record_and_does_not_count(mover):
    enrolment, newer = mover
    CompetencyMapping.objects.update(carries=False)

    move_framework(enrolment=enrolment, to=newer, reason="Another post", by=make_user())

    states = list(enrolment_states([enrolment.pk])[enrolment.pk].values())
    assert (states[0], enrolment.decisions.count()) == (CompetencyState.NOT_STARTED, 2)


def test_going_over_needs_a_reason_and_another_published_version(mover):
    enrolment, newer = mover
    draft = actions.draft_from(framework=newer, by=make_user())
    for to, reason in ((newer, " "), (draft, "Why"), (enrolment.framework, "Why"), (make_framework(), "Why")):
        with pytest.raises(DomainError):
            move_framework(enrolment=enrolment, to=to, reason=reason, by=make_user())

    assert FrameworkMove.objects.count() == 0


@pytest.mark.parametrize("more", [0, 2])
def test_list_of_versions_asks_the_same_number_of_queries(world, lead, more, django_assert_num_queries):
    for number in range(more):
        make_framework(programme=world.programme, competencies=2, version=20 + number)
    lead.get(reverse("frameworks"))

    with django_assert_num_queries(10):
        shown = lead.get(reverse("frameworks"))

    assert text_of(shown).count("Published ") >= 1 + more


def test_what_goes_on_unchanged_is_told_apart_where_a_newer_version_is_mapped():
    was, other = make_competency(code="D1-01", title="Listens"), make_competency(code="D1-02", title="Writes")
    now = make_competency(code="D1-01", title="Listens")
    mapped = [Mapped(was, now, True), Mapped(was, now, False), Mapped(other, now, True), Mapped(other, None, False)]

    found = [MappingForm(mapping=[row], new=[now]).rows()[0]["same"] for row in mapped]

    assert found == [True, False, False, False]
