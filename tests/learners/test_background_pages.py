"""What a learner brings: saving it, claiming a Care Certificate as prior learning, the standards' table."""

from datetime import date

import pytest

from gpa_programme.audit.models import AuditEvent
from gpa_programme.core.errors import DomainError
from learners.actions import background as actions
from learners.actions.reference import load_care_standards, publish_framework
from learners.actions.submission import submit
from learners.enums import CareCertificate, RequestRoute
from learners.models import Background, CareStandard, CompetencyMapping, EvidenceItem, SignOffRequest
from learners.queries.background import background_of, claim_of
from learners.rules import background as rules
from tests.factories import make_competency, make_decision, make_framework, make_programme, make_request, make_user
from tests.factories.scope import make_care_standard
from tests.learners.portfolios import competencies, text_of
from tests.markup import complaints

pytestmark = pytest.mark.django_db


def hold(enrolment, edition="2015", **fields):
    """The learner holds the certificate."""
    fields = {"care_certificate": CareCertificate.HELD, "certified_on": date(2025, 6, 1), **fields}
    return Background.objects.create(enrolment=enrolment, edition=edition, **fields)


def address(hub, more=""):
    return f"/learners/{hub.enrolment.ref}/background/{more}"


def answers(**changes):
    return {
        "previous_role": "Receptionist",
        "care_certificate": "held",
        "certified_on_day": "1",
        "certified_on_month": "6",
        "certified_on_year": "2018",
        "edition": "2015",
        **changes,
    }


# --------------------------------------------------------------------------------------------------------------- saying


def test_learner_says_what_they_bring_and_mentor_and_hub_read_it(north, browse):
    saved = browse(north.learner).post(address(north, "edit/"), answers(), follow=True)

    assert "Saved. Your mentors and your hub can read it." in text_of(saved)
    for person in (north.learner, north.mentor, north.coordinator):
        words = text_of(browse(person).get(address(north)))
        assert [part in words for part in ("Receptionist", "Held, 1 June 2018, 2015 standards")] == [True] * 2


def test_practice_and_strangers_do_not_read_it(north, browse):
    hold(north.enrolment, previous_role="Care worker")

    assert browse(north.practice_manager).get(address(north)).status_code == 403
    assert [browse(person).get(address(north)).status_code for person in (north.other_learner, make_user())] == [
        404
    ] * 2
    page = text_of(browse(north.practice_manager).get(f"/learners/{north.enrolment.ref}/"))
    assert "Previous role" not in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"certified_on_day": "", "certified_on_month": "", "certified_on_year": ""},
            "Enter the date on the certificate",
        ),
        ({"certified_on_year": "2999"}, "must be today or earlier"),
        ({"edition": ""}, "Select the standards that the certificate names"),
        ({"edition": "2025"}, "The 2025 standards began in March 2025"),
        ({"care_certificate": ""}, "Answer the question: Do you have the Care Certificate?"),
    ],
)
def test_incomplete_certificate_says_what_to_do_and_saves_nothing(north, browse, changes, message):
    response = browse(north.learner).post(address(north, "edit/"), answers(**changes))

    assert message in text_of(response)
    assert complaints(response.content.decode()) == []
    assert not Background.objects.exists()


def test_no_certificate_keeps_neither_date_nor_standards(north):
    saved = actions.save_background(
        enrolment=north.enrolment,
        previous_role="",
        care_certificate=CareCertificate.NONE,
        certified_on=date(2018, 6, 1),
        edition="2015",
        by=north.learner,
    )

    assert (saved.certified_on, saved.edition) == (None, "")


def test_nobody_else_says_what_a_learner_brings(north):
    with pytest.raises(DomainError):
        actions.save_background(
            enrolment=north.enrolment, previous_role="", care_certificate="none", certified_on=None, edition="",
            by=north.mentor,
        )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- prior learning


@pytest.fixture
def covered(north):
    """Three competencies that two standards of 2015 cover; the learner holds that certificate."""
    found = competencies(north.enrolment)
    make_care_standard(competencies=found)
    make_care_standard(number=7, title="Privacy and dignity", competencies=found[:1])
    hold(north.enrolment)
    return found


def test_claim_makes_one_draft_of_prior_learning_for_everything_it_covers(north, browse, covered):
    make_decision(request=make_request(enrolment=north.enrolment, competency=covered[1]))
    page = text_of(browse(north.learner).get(address(north)))
    made = browse(north.learner).post(address(north, "claim/"))
    again = browse(north.learner).post(address(north, "claim/"))

    assert "Claim prior learning for these 2" in page
    item = EvidenceItem.objects.get(kind="CERT")
    assert made.headers["Location"] == again.headers["Location"] == item.get_absolute_url()
    version = item.versions.get()
    assert (version.title, version.prior_learning, version.state) == ("Care Certificate, 2015 standards", True, "draft")
    assert {link.competency.code: link.justification for link in version.links.select_related("competency")} == {
        "D1-01": "Care Certificate standard 6: Communication; standard 7: Privacy and dignity",
        "D1-03": "Care Certificate standard 6: Communication",
    }


def test_submitted_claim_asks_for_each_by_the_route_of_prior_learning(north, covered):
    draft = actions.claim_certificate(enrolment=north.enrolment, by=north.learner)
    draft.text, draft.no_patient_details = "See the certificate", True
    draft.save()
    submit(version=draft, by=north.learner)

    asked = SignOffRequest.objects.filter(enrolment=north.enrolment)
    assert set(asked.values_list("competency__code", "route")) == {
        (code, RequestRoute.PRIOR) for code in ("D1-01", "D1-02", "D1-03")
    }
    assert claim_of(north.enrolment, background_of(north.enrolment)).lines == []


def test_claim_leaves_out_what_is_not_in_scope(north, covered):
    north.enrolment.scope.exclude(competency=covered[0]).delete()

    assert [one.code for one, _ in claim_of(north.enrolment, background_of(north.enrolment)).lines] == ["D1-01"]


def test_claim_follows_the_mapping_to_a_newer_framework(north, covered):
    newer = make_framework(programme=north.enrolment.framework.programme, competencies=1)
    CompetencyMapping.objects.create(old=covered[0], new=newer.competencies.get())
    north.enrolment.framework = newer
    north.enrolment.save(update_fields=["framework"])
    north.enrolment.scope.create(competency=newer.competencies.get())

    claim = claim_of(north.enrolment, background_of(north.enrolment))
    assert [(one.pk, line) for one, line in claim.lines] == [
        (newer.competencies.get().pk, "Care Certificate standard 6: Communication; standard 7: Privacy and dignity")
    ]


def test_nothing_is_claimed_without_a_certificate_or_by_others(north, covered):
    Background.objects.update(care_certificate=CareCertificate.IN_PROGRESS)
    for person in (north.learner, north.mentor):
        with pytest.raises(DomainError):
            actions.claim_certificate(enrolment=north.enrolment, by=person)
    assert not EvidenceItem.objects.exists()


def test_justification_fits_its_field():
    assert len(rules.justification((number, "A very long title of a standard") for number in range(20))) == 300


# ------------------------------------------------------------------------------------------------------------ standards


def test_reference_holds_both_editions_once_and_keeps_what_was_edited():
    framework = publish_framework(programme=make_programme(), by=None)
    made = load_care_standards(framework=framework)
    standard = CareStandard.objects.get(edition="2015", number=6)
    standard.competencies.clear()
    again = load_care_standards(framework=framework)

    counts = [CareStandard.objects.filter(edition=edition).count() for edition in rules.EDITIONS]
    assert (made, again, counts) == (31, 0, [15, 16])
    assert standard.competencies.count() == 0
    mapped = {
        (one.edition, one.number): sorted(one.competencies.values_list("code", flat=True))
        for one in CareStandard.objects.all()
    }
    assert (mapped["2025", 16], mapped["2015", 14]) == (["CAR-09"], ["CAR-03", "REC-06"])
    assert [key for key, codes in mapped.items() if not codes] == [("2015", 6), ("2015", 8), ("2025", 8)]


def test_national_lead_edits_what_a_standard_covers_and_it_is_recorded(world, browse):
    first, second, _third = world.framework.competencies.order_by("position")
    standard = make_care_standard(competencies=[first, make_competency()])
    table = f"/frameworks/{world.framework.pk}/care-certificate/"
    shown = browse(world.national_lead).get(table)
    form = browse(world.national_lead).get(f"{table}2015/6/")
    browse(world.national_lead).post(f"{table}2015/6/", {"competencies": [second.code]})

    assert "6 Communication" in text_of(shown)
    assert [complaints(answer.content.decode()) for answer in (shown, form)] == [[], []]
    assert set(standard.competencies.filter(framework=world.framework)) == {second}
    assert standard.competencies.exclude(framework=world.framework).count() == 1
    event = AuditEvent.objects.get(verb="care_standard_mapped")
    assert event.detail == {"standard": "2015/6", "added": [second.code], "removed": [first.code]}


def test_others_see_the_standards_and_change_nothing(world, browse):
    make_care_standard()
    table = f"/frameworks/{world.framework.pk}/care-certificate/"

    assert "Change" not in text_of(browse(world.north.mentor).get(table)).split("2015 standards")[1]
    assert browse(world.north.coordinator).post(f"{table}2015/6/", {"competencies": []}).status_code == 403
    assert browse(world.national_lead).get(f"{table}2015/99/").status_code == 404
