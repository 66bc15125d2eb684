"""When a certificate is issued, what it says, and how its code is written."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gpa_programme.core.errors import DomainError, StateError
from learners.enums import CertificateKind, EnrolmentState, Route

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"  # as references have it: no look-alike letters and no vowels
GROUPS, GROUP = 3, 4
KINDS = {
    EnrolmentState.VERIFIED: CertificateKind.ACCREDITED,
    EnrolmentState.COMPLETED: CertificateKind.ACCREDITED,
    EnrolmentState.COMPLETED_IN_HOUSE: CertificateKind.IN_HOUSE,
}
ROUTES = {  # in words that claim no accreditation: that is an awarding body's to give
    Route.ACCREDITED: "With external verification",
    Route.IN_HOUSE: "In house",
    Route.RETROSPECTIVE: "Retrospective, with external verification",
}
NEW_DAYS = 28  # how long a learner is pointed to a new certificate
READ, WITH_SAMPLE, BEFORE = "read", "with_sample", "before"
VERIFICATION = {
    READ: "An external verifier read a drawn part of this portfolio and verified it.",
    WITH_SAMPLE: "This portfolio passed with a sample of its hub's portfolios, which an external verifier read.",
    BEFORE: "It is recorded as verified. The verification was made before this system kept verifications.",
    "": "No external verification was sought: the training hub checked the portfolio.",
}
NO_AWARD = "This certificate is the training hub's. It is not an award of a university or another awarding body."
INVENTED = "This is a demonstration: people and figures are invented."


def new_code() -> str:
    """Twelve random letters in groups of four, such as K7MP-2Q4R-XW9B: nobody guesses one of 28 to the 12th power."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
    return grouped(letters)


def grouped(letters: str) -> str:
    """Letters in groups of four."""
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def tidy(typed: str) -> str:
    """A code as it was typed, as codes are written: capital letters in groups of four; empty where it can be none."""
    letters = re.sub(r"[\s-]", "", typed).upper()
    return grouped(letters) if re.fullmatch(f"[{ALPHABET}]{{{GROUPS * GROUP}}}", letters) else ""


def kind_for(state: str) -> CertificateKind:
    """Which certificate a learner in that state gets. StateError where none."""
    found = KINDS.get(EnrolmentState(state))
    if found is None:
        label = EnrolmentState(state).label
        raise StateError(f"There is no certificate while the enrolment is “{label}”. Nothing was saved.", code="state")
    return found


def check_issue(*, state: str, has_current: bool, learner_id: int, by_id: int) -> CertificateKind:
    """The kind to issue. Raises StateError where there is none to issue or one is current, DomainError on one's own."""
    if learner_id == by_id:
        raise DomainError("Nobody issues their own certificate.", code="own")
    kind = kind_for(state)
    if has_current:
        raise StateError("There is a certificate already. Withdraw it before you issue another.", code="issued")
    return kind


def check_withdraw(*, withdrawn: bool, reason: str) -> None:
    """Raise where a certificate is withdrawn already, or no reason is given."""
    if withdrawn:
        raise StateError("This certificate is withdrawn already.", code="withdrawn")
    if not reason.strip():
        raise DomainError("Enter a reason", field="reason", code="reason")


@dataclass(frozen=True)
class Signed:
    """A competency that counts towards a certificate."""

    domain: str
    code: str
    title: str
    prior: bool


def by_domain(signed: Sequence[Signed]) -> list[dict[str, Any]]:
    """The competencies by domain, in order, as a certificate keeps them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in signed:
        found.setdefault(one.domain, []).append({"code": one.code, "title": one.title, "prior": one.prior})
    return [{"domain": domain, "competencies": rows} for domain, rows in found.items()]


def document(content: Mapping[str, Any]) -> dict[str, Any]:
    """What templates/documents/certificate.typ reads, from the frozen content of a certificate."""
    count = sum(len(part["competencies"]) for part in content["domains"])
    prior = sum(row["prior"] for part in content["domains"] for row in part["competencies"])
    marked = f", {prior} of them by prior learning" if prior else ""
    return {
        "title": f"Certificate of {content['name']}",
        "name": content["name"],
        "lead": f"has completed the training of a {content['role']}",
        "programme": content["programme"],
        "statements": [
            f"Mentors signed off {count} competencies of the {content['framework']}{marked}.",
            VERIFICATION[content["verification"]],
            NO_AWARD,
        ],
        "meta": [
            ["Training hub", content["hub"]],
            ["Practice", content["practice"]],
            ["Route", ROUTES[Route(content["route"])]],
            ["Started", in_words(content["starts"])],
            ["Issued", in_words(content["issued_on"])],
            ["Code", content["code"]],
        ],
        "check": f"Anybody can check this certificate at {content['address']}",
        "alt": f"QR code of {content['address']}",
        "domains": [
            {
                "heading": part["domain"],
                "rows": [
                    [row["code"], row["title"], "Prior learning" if row["prior"] else "On the programme"]
                    for row in part["competencies"]
                ],
            }
            for part in content["domains"]
        ],
        "banner": INVENTED if content["invented"] else "",
        "footer": f"Certificate {content['code']}, issued on {in_words(content['issued_on'])}",
    }


def in_words(day: str) -> str:
    """An ISO day as people write it."""
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"
