"""Pages of a mentor: what waits for them, one request with everything needed to decide, taking a sign-off back."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from gpa_programme.accounts.access import needs
from gpa_programme.accounts.enums import Permission
from gpa_programme.audit import actions as audit
from gpa_programme.core.errors import ConflictError, DomainError, StateError
from gpa_programme.core.forms import show_refusal
from gpa_programme.core.http import page
from gpa_programme.core.periods import now
from gpa_programme.core.tables import Column, Table
from learners.actions import signoff as actions
from learners.enums import DecisionKind, RequestRoute
from learners.forms.signoff import CANNOT_JUDGE, RETURN, SIGN_OFF_LOOKED, TO_HUB, DecideForm, RevokeForm
from learners.models import Decision, SignOffRequest
from learners.queries import mentor_list
from learners.queries import waiting as queries
from learners.queries.competency import revocable
from learners.queries.judging import OPENED, able_to_judge, kinds_today
from learners.queries.observations import watched_by, wording_of
from learners.rules.enrolment import waited_days
from learners.rules.signoff import seen_mark
from learners.views.portfolio import GET_OR_POST, HOME

P = Permission
LIST = ("Waiting for you", "/waiting/")


class WaitingFilter(django_filters.FilterSet):
    """The list of one learner, of one domain, or both."""

    learner = django_filters.ChoiceFilter(label="Learner", field_name="enrolment__ref", empty_label="All learners")
    domain = django_filters.ChoiceFilter(label="Domain", field_name="competency__domain__code", empty_label="All")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        learners, domains = mentor_list.learners_and_domains(self.request.user)
        self.filters["learner"].extra["choices"] = learners
        self.filters["domain"].extra["choices"] = domains


@needs(P.DECIDE)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The mentor's list: what has to be confirmed today, then the oldest first; apart, what they cannot judge."""
    rows = mentor_list.list_for(request.user)
    table = _table(request, rows.filter(apart=False))
    return table.export() or page(
        request,
        "learners/waiting.html",
        title="Waiting for you",
        crumbs=[HOME],
        table=table,
        apart=rows.filter(apart=True),
        groups=mentor_list.groups_for(request.user),
    )


def _table(request: HttpRequest, rows: QuerySet[SignOffRequest]) -> Table:
    moment = now()
    return Table(
        rows,
        [
            Column(
                "competency",
                "Competency",
                value=lambda row: str(row.competency),
                link=lambda row: row.get_absolute_url(),
                sort="competency__position",
            ),
            Column("learner", "Learner", value=lambda row: str(row.enrolment.learner), sort="enrolment__learner__name"),
            Column(
                "domain",
                "Domain",
                value=lambda row: row.competency.domain.name,
                sort="competency__domain__code",
                on_phone="never",
            ),
            Column("requested_at", "Asked on", format="date", sort=True, on_phone="never"),
            Column("days", "Days waiting", format="number", value=lambda row: waited_days(row.requested_at, moment)),
            Column("note", "Note", value=_note, missing="Nothing to note", on_phone="filled"),
        ],
        request,
        caption="Waiting for you",
        filterset=WaitingFilter,
        empty="Nothing waits for you. When a learner submits evidence, it appears here and in your next email.",
    )


def _note(row: Any) -> str:
    """What marks a row: what has to be confirmed today, who handed it on, until when it is put off, prior learning."""
    notes = [
        "Today: confirm what you watched" if row.to_confirm else "",
        f"Handed to you by {row.handed_by}" if row.handed_by else "",
        f"Put off until {row.put_off_until:%-d %B}" if row.put_off_until else "",
        "Prior learning" if row.route == RequestRoute.PRIOR else "",
    ]
    return ". ".join(note for note in notes if note)


def visible_request(user: Any, ref: str) -> SignOffRequest:
    """The request where the person may see it; 404 to strangers."""
    found = queries.request_for(user, ref)
    if found is None:
        raise Http404
    return found


@needs(P.DECIDE, of=visible_request)
@require_http_methods(GET_OR_POST)
def waiting_request(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Everything needed to decide, and the decision."""
    if request.method != "POST":
        return _case(request, asked)
    form = _form(request, asked, queries.case_of(asked))
    if not form.is_valid():
        return _case(request, asked, form=form, status=400)
    try:
        decision = _decide(request, asked, form.cleaned_data)
    except ConflictError as error:
        asked.refresh_from_db(fields=["closed_at", "closed_because"])
        return _case(request, asked, form=form, conflict=error.message, status=409)
    except DomainError as error:
        show_refusal(form, error)
        return _case(request, asked, form=form, status=400)
    done = f"{decision.status.label}: {asked.competency} for {asked.enrolment.learner}. They will be told by email."
    messages.success(request, done)
    return redirect(asked)


@needs(P.DECIDE, of=visible_request)
@require_http_methods(GET_OR_POST)
def waiting_revoke(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    """Take a sign-off back: one's own, or as GP mentor anybody's; with a reason, on a page that asks first."""
    decision = revocable(asked, request.user)
    if decision is None:
        return _nothing_to_revoke(request, asked)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke(decision=decision, reason=form.cleaned_data["reason"], by=request.user)
        except StateError as error:
            return _case(request, asked, conflict=error.message, status=409)
        messages.success(request, f"The sign-off of {asked.competency} is taken back. The learner will be told.")
        return redirect(asked)
    return page(
        request,
        "components/confirm.html",
        title="Take this sign-off back?",
        crumbs=[HOME, LIST, (str(asked.competency), asked.get_absolute_url())],
        text=f"{decision.by} signed off {asked.competency} for {asked.enrolment.learner} on "
        f"{decision.effective_on:%-d %B %Y}.",
        points=["It no longer counts.", "It stays on record, with your reason.", "The learner is told by email."],
        form=form,
        hidden=[],
        submit="Take it back",
        warning=True,
        cancel=asked.get_absolute_url(),
        status=400 if form.errors else 200,
    )


def _nothing_to_revoke(request: HttpRequest, asked: SignOffRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect(asked)
    return _case(request, asked, conflict="There is no sign-off here that you can take back.", status=409)


def _form(request: HttpRequest, asked: SignOffRequest, case: queries.Case) -> DecideForm:
    """The form of decisions that are open to this mentor today, with what was sent."""
    kinds = kinds_today(asked.enrolment, request.user)
    return DecideForm(
        request.POST if request.method == "POST" else None,
        statement=wording_of(asked, DecisionKind.SIGNED_OFF, watched_by(asked, request.user)),
        others=able_to_judge(asked, but=request.user),
        may_sign=any(kind in asked.competency.may_sign for kind in kinds),
        unread=case.unread,
    )


def _decide(request: HttpRequest, asked: SignOffRequest, said: dict[str, Any]) -> Decision:
    facts = {"request": asked, "versions_seen_sha256": said["seen"], "by": request.user}
    if said["decision"] == RETURN:
        return actions.return_for_more(**facts, reason=said["reason"], would_satisfy=said["would_satisfy"])
    if said["decision"] == CANNOT_JUDGE:
        others = {str(row.mentor_id): row.mentor for row in able_to_judge(asked, but=request.user)}
        to = None if said["handed_to"] == TO_HUB else others.get(said["handed_to"])
        return actions.cannot_judge(**facts, reason=said["why"], handed_to=to)
    return actions.sign_off(**facts, pictures_looked_at=said["decision"] == SIGN_OFF_LOOKED)


def _case(
    request: HttpRequest,
    asked: SignOffRequest,
    *,
    form: DecideForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a request, which notes that its versions were opened; what was typed stays, over those shown now."""
    case = queries.case_of(asked)
    audit.saw(by=request.user, record_type=OPENED, record=seen_mark(asked.ref, case.seen_sha256))
    said_so = any(row.by_id == request.user.pk for row in case.decisions)
    over = asked.closed_at is not None or said_so
    return page(
        request,
        "learners/request.html",
        title=str(asked.competency),
        crumbs=[HOME, LIST],
        status=status,
        case=case,
        asked=asked,
        days=waited_days(asked.requested_at, now()),
        conflict=conflict,
        form=form or (None if asked.closed_at else _form(request, asked, case)),
        next=mentor_list.next_for(request.user, but=asked) if over else None,
        over=over,
        may_revoke=bool(asked.closed_at) and revocable(asked, request.user) is not None,
    )
