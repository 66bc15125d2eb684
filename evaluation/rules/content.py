"""The frozen content of a report: its shape, its canonical bytes and hash, and the comparison of two of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Changed:
    """A figure that differs between two contents."""

    key: str
    name: str
    then: str
    now: str


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way these contents are written as bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(content)).hexdigest()


def by_key(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The figures of a content by their measure's key."""
    return {figure["key"]: figure for figure in content["figures"]}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """Figures whose text differs, in the order of `after`; a figure that is new counts as changed from "not there"."""
    old = by_key(before)
    return [
        Changed(
            figure["key"],
            figure["name"],
            old[figure["key"]]["text"] if figure["key"] in old else "not there",
            figure["text"],
        )
        for figure in after["figures"]
        if figure["key"] not in old or old[figure["key"]]["text"] != figure["text"]
    ]


def totals_differ(national: Mapping[str, Any]) -> list[str]:
    """Keys of additive figures whose national numerator or denominator is not the sum of the hubs' (must be empty)."""
    wrong = []
    for figure in national["figures"]:
        if not figure["additive"]:
            continue
        for side in ("numerator", "denominator"):
            parts = [hub["figures"][figure["key"]][side] for hub in national["hubs"] if figure["key"] in hub["figures"]]
            known = [part for part in parts if part is not None]
            if figure[side] != (sum(known) if known else None):
                wrong.append(f"{figure['key']}.{side}")
    return wrong
