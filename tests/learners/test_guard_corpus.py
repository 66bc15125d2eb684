"""The guard measured: 60 texts and files with planted details and 60 without, by somebody who saw no code of it.

Each goes the way of a learner's: words into a draft, files through the upload. `pytest -s` prints the figures.
"""

import io
import re
from collections import Counter

import pytest

from gpa_programme.core.uploads import check_upload
from learners.actions import evidence
from learners.rules.evidence import Content
from learners.rules.guard import DATE_OF_BIRTH, EMAIL, NHS_NUMBER, PHONE, POSTCODE
from tests.learners.corpus.samples import PLANTED, TEMPTING

pytestmark = pytest.mark.slow

KINDS = {
    "nhs_number": NHS_NUMBER,
    "date_of_birth": DATE_OF_BIRTH,
    "postcode": POSTCODE,
    "phone": PHONE,
    "email": EMAIL,
}
RECALL_AT_LEAST, FALSE_ALARMS_AT_MOST = 0.95, 5


def hits_of(sample, enrolment):
    """What the guard finds in a sample as a draft, with its file if it is one."""
    learner = enrolment.learner
    draft = evidence.start_item(enrolment=enrolment, kind="RA", by=learner)
    made = sample.make() if callable(sample.make) else sample.make
    if isinstance(made, str):
        said = Content("A title", made, True, {})
        return evidence.hits_in(evidence.save_draft(version=draft, revision=0, content=said, by=learner))
    name, data = made
    evidence.add_file(version=draft, upload=check_upload(name, io.BytesIO(data)), by=learner)
    return evidence.hits_in(draft)


def signs(text):
    """Letters and figures alone, so that writings of one thing compare equal."""
    return re.sub(r"[\W_]", "", text).lower()


def is_found(kind, value, hits):
    """Whether a hit of the kind names these characters."""
    wanted = signs(value)
    found = [signs(hit.found) for hit in hits if hit.what == KINDS[kind]]
    return any(one and (one in wanted or wanted in one) for one in found)


def test_guard_finds_what_was_planted_and_leaves_the_rest_alone(north):
    planted, found, missed, more = Counter(), Counter(), Counter(), Counter()
    for sample in PLANTED:
        hits = hits_of(sample, north.enrolment)
        for kind, value in sample.planted:
            planted[kind, sample.where] += 1
            (found if is_found(kind, value, hits) else missed)[kind, sample.where] += 1
        asked = Counter(KINDS[kind] for kind, _value in sample.planted)
        more.update(what for what in {hit.what for hit in hits} if what not in asked)
    alarms = {sample.name: hits for sample in TEMPTING if (hits := hits_of(sample, north.enrolment))}

    print(f"\n{sum(found.values())} of {sum(planted.values())} planted details found")
    for place in (0, 1):
        for key in sorted({pair[place] for pair in planted}):
            share = [sum(n for pair, n in rows.items() if pair[place] == key) for rows in (found, planted)]
            print(f"  {key}: {share[0]} of {share[1]}")
    print(f"missed, by kind and place: {dict(missed)}")
    print(f"of other kinds in planted samples: {dict(more)}")
    kinds = Counter(hit.what for hits in alarms.values() for hit in hits)
    print(f"false alarms: {len(alarms)} of {len(TEMPTING)} samples, {dict(kinds)}")
    assert all(planted_of(kind, planted) >= 4 for kind in KINDS)
    assert sum(found.values()) >= RECALL_AT_LEAST * sum(planted.values())
    assert len(alarms) <= FALSE_ALARMS_AT_MOST


def planted_of(kind, planted):
    """How often a kind was planted."""
    return sum(count for (one, _where), count in planted.items() if one == kind)
