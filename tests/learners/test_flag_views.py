"""Pages of flags: a mentor hides, the hub decides from a list, the author confirms, and nobody else gets in."""

from datetime import timedelta

import pytest

from gpa_programme.core.periods import now
from learners.actions import flags as actions
from learners.enums import FlagState
from learners.models import PatientFlag
from tests.factories import make_evidence, make_request, make_version
from tests.learners.portfolios import competencies, text_of
from tests.learners.test_flag_actions import add

QUERIES = 10
SECRET = "Mrs Example of the mill"


@pytest.fixture
def version(north):
    item = make_evidence(enrolment=north.enrolment)
    seen = make_version(
        item=item,
        competencies=competencies(north.enrolment)[:1],
        submitted_at=now() - timedelta(days=2),
        text=SECRET,
        title=SECRET,
    )
    make_request(version=seen)
    return seen


@pytest.fixture
def flag(north, version):
    return actions.raise_flag(version=version, file=None, where="second line of the text", by=north.mentor)


def address(version):
    return f"/evidence/{version.item.ref}/versions/{version.number}/flag/"


def test_mentor_hides_a_version_and_is_told_who_decides(north, version, browse):
    mentor = browse(north.mentor)
    assert "hidden at once" in text_of(mentor.get(address(version)))

    answer = mentor.post(address(version), {"about": "words", "where": "second line of the text"}, follow=True)

    assert "Hidden. The learner and the hub know" in text_of(answer)
    assert PatientFlag.objects.get().version == version


def test_mentor_who_says_nothing_or_repeats_it_is_told_what_to_do(north, version, browse):
    mentor = browse(north.mentor)

    assert "Select what names a patient" in text_of(mentor.post(address(version), {}))
    repeated = mentor.post(address(version), {"about": "words", "where": "the number 943 476 5919"})
    assert "without repeating what was found" in text_of(repeated)
    assert not PatientFlag.objects.exists()


def test_flagged_version_says_so_instead_of_a_second_form(north, version, flag, browse):
    shown = text_of(browse(north.mentor).get(address(version)))

    assert "It is hidden until that is decided" in shown
    assert "Hide it now" not in shown


def test_version_hidden_for_the_same_file_elsewhere_names_neither_title_nor_file(north, version, browse):
    theirs = make_version(item=make_evidence(enrolment=north.other_enrolment), submitted_at=now(), title="Another")
    make_request(version=theirs)
    add(version)
    actions.raise_flag(version=theirs, file=add(theirs), where="top of page 1", by=north.mentor)
    mentor = browse(north.mentor)

    for shown in (mentor.get(address(version)), mentor.post(address(version), {"about": "words", "where": "line 1"})):
        assert "of the same words or the same file elsewhere" in text_of(shown)
        assert SECRET not in text_of(shown)
        assert "Hide it now" not in text_of(shown)
    assert PatientFlag.objects.get().version == theirs


@pytest.mark.parametrize(
    ("who", "status"),
    [("learner", 403), ("coordinator", 403), ("practice_manager", 403), ("other_learner", 404), ("mentor", 200)],
)
def test_flagging_is_for_who_reads_the_portfolio(north, version, browse, who, status):
    assert browse(getattr(north, who)).get(address(version)).status_code == status


def test_author_hides_their_own_and_nobody_else_does_there(north, version, browse):
    hide = f"/evidence/{version.item.ref}/versions/{version.number}/hide/"
    assert [browse(one).get(hide).status_code for one in (north.mentor, north.other_learner, north.coordinator)] == [
        404
    ] * 3
    author = browse(north.learner)
    assert hide in author.get(f"/evidence/{version.item.ref}/").content.decode()

    answer = author.post(hide, {"about": "words", "where": "second line of the text"}, follow=True)

    assert "somebody else decides now" in text_of(answer)
    assert PatientFlag.objects.get().raised_by == north.learner


def test_strangers_meet_neither_flag_nor_version(world, browse):
    north, south = world.north, world.south
    version = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now())
    flag = actions.raise_flag(version=version, file=None, where="first line", by=north.mentor)

    for person in (south.coordinator, south.mentor, south.learner):
        assert browse(person).get(f"/flags/{flag.pk}/").status_code == 404
        assert browse(person).get(address(version)).status_code == 404
        assert browse(person).post(f"/flags/{flag.pk}/", {"sure": "confirm"}).status_code == 404
    assert PatientFlag.objects.get().state == FlagState.OPEN


def test_draft_cannot_be_flagged(north, browse):
    draft = make_version(item=make_evidence(enrolment=north.enrolment))

    assert browse(north.mentor).get(address(draft)).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("mentor", 403), ("practice_manager", 403), ("other_learner", 404), ("learner", 200), ("coordinator", 200)],
)
def test_flag_is_for_its_author_and_the_hub(north, flag, browse, who, status):
    assert browse(getattr(north, who)).get(f"/flags/{flag.pk}/").status_code == status


def test_hub_sees_the_list_but_never_the_words(north, flag, browse):
    coordinator = browse(north.coordinator)

    listed, shown = coordinator.get("/flags/"), coordinator.get(f"/flags/{flag.pk}/")
    assert f"Reflective account {flag.version.item.ref}" in text_of(listed)
    assert "second line of the text" in text_of(shown)
    assert SECRET not in text_of(listed) + text_of(shown)


def test_empty_list_says_what_will_be_here(north, browse):
    assert "Nobody has said that evidence names a patient." in text_of(browse(north.coordinator).get("/flags/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_a_fixed_number_of_queries(north, browse, django_assert_num_queries, rows):
    for _ in range(rows):
        seen = make_version(item=make_evidence(enrolment=north.enrolment), submitted_at=now())
        PatientFlag.objects.create(version=seen, where="First line", raised_by=north.mentor)
    coordinator = browse(north.coordinator)
    coordinator.get("/flags/")

    with django_assert_num_queries(QUERIES):
        assert text_of(coordinator.get("/flags/")).count("Hidden until somebody decides") == rows


def test_author_destroys_after_a_page_that_asks(north, flag, browse):
    learner = browse(north.learner)
    assert "Yes, destroy it" in text_of(learner.get(f"/flags/{flag.pk}/"))

    asked = learner.post(f"/flags/{flag.pk}/", {"own": "confirm"})
    assert "Nobody can bring it back afterwards." in text_of(asked)
    assert PatientFlag.objects.get().state == FlagState.OPEN

    done = learner.post(f"/flags/{flag.pk}/", {"sure": "confirm", "decision": "confirm", "answer": ""}, follow=True)
    assert "Destroyed. That it was there and who decided stays on record." in text_of(done)
    assert PatientFlag.objects.get().state == FlagState.CONFIRMED


def test_author_cannot_clear(north, flag, browse):
    said = {"decision": "clear", "answer": "It is a colleague's name."}

    shown = browse(north.learner).post(f"/flags/{flag.pk}/", said, follow=True)
    assert "This is not for you to decide, or it is decided. Nothing was changed." in text_of(shown)
    assert PatientFlag.objects.get().state == FlagState.OPEN


def test_hub_clears_with_a_reason(north, flag, browse):
    coordinator = browse(north.coordinator)

    refused = coordinator.post(f"/flags/{flag.pk}/", {"decision": "clear", "answer": ""})
    assert "why no patient can be recognised" in text_of(refused)
    done = coordinator.post(
        f"/flags/{flag.pk}/", {"decision": "clear", "answer": "It is the name of a colleague."}, follow=True
    )
    assert "Cleared. The evidence is shown again" in text_of(done)
    assert "by " + str(north.coordinator) in text_of(done)


def test_hub_destroys_after_a_page_that_asks(north, flag, browse):
    coordinator = browse(north.coordinator)
    asked = coordinator.post(f"/flags/{flag.pk}/", {"decision": "confirm", "answer": "The learner agrees."})
    assert "Destroy it for good?" in text_of(asked)
    assert PatientFlag.objects.get().state == FlagState.OPEN

    sure = {"sure": "confirm", "decision": "confirm", "answer": "The learner agrees."}
    coordinator.post(f"/flags/{flag.pk}/", sure)

    assert (PatientFlag.objects.get().state, PatientFlag.objects.get().answer) == ("confirmed", "The learner agrees.")


def test_get_writes_nothing(north, flag, browse):
    for person in (north.learner, north.coordinator):
        browse(person).get(f"/flags/{flag.pk}/?sure=confirm&decision=confirm")

    assert PatientFlag.objects.get().state == FlagState.OPEN
