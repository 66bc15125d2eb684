"""What changed between two versions of a piece of evidence, word by word, in parts that people can read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

Tag = Literal["kept", "added", "removed"]
WORDS = re.compile(r"(?:\w+|[^\w\s])\s*")
SENTENCES = re.compile(r".+?(?:[.!?]\s+|\n|$)", re.DOTALL)
NEAR = 12  # words of what was kept that are shown beside a change
PAIRS_MAX = 60_000  # of equal words: beyond it two texts are compared as wholes, or a page would take seconds


@dataclass(frozen=True)
class Part:
    """A run of words that were kept, added or removed."""

    tag: Tag
    text: str


@dataclass(frozen=True)
class Change:
    """Under a heading, what was kept, added and removed; `line` is what a screen reader hears first."""

    heading: str
    parts: tuple[Part, ...]

    @property
    def line(self) -> str:
        """How much changed, in words."""
        counted = [(sum(_count(part.text) for part in self.parts if part.tag == tag), tag) for tag in _TAGS]
        return " and ".join(f"{count} word{'' if count == 1 else 's'} {tag}" for count, tag in counted if count)


_TAGS: tuple[Tag, ...] = ("added", "removed")


@dataclass(frozen=True)
class Said:
    """What a version says, as people read it: answers by question, file names by hash, justifications by competency."""

    title: str
    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[str] = ()
    files: Sequence[tuple[str, str]] = ()
    competencies: Mapping[str, str] = field(default_factory=dict)


def difference(before: Said, after: Said) -> list[Change]:
    """What changed from one version to the later one; nothing for what stayed the same."""
    found = [_of("Title", before.title, after.title), _of("Text", before.text, after.text)]
    found += [
        _of(question, before.answers.get(question, ""), after.answers.get(question, ""))
        for question in dict.fromkeys([*before.answers, *after.answers])
    ]
    found.append(_of("Log", "\n".join(before.entries), "\n".join(after.entries)))
    found.append(_files(before.files, after.files))
    found += [
        _competency(name, before.competencies.get(name), after.competencies.get(name))
        for name in dict.fromkeys([*before.competencies, *after.competencies])
    ]
    return [change for change in found if change is not None]


def words_changed(before: str, after: str) -> list[Part]:
    """The words of both texts in order, each run marked; white space does not count."""
    parts: list[Part] = []
    for tag, old, new in _runs(SENTENCES.findall(before.strip()), SENTENCES.findall(after.strip())):
        parts += [Part("kept", new)] if tag == "equal" else _within(old, new)
    return _joined(parts)


def _of(heading: str, before: str, after: str) -> Change | None:
    parts = words_changed(before, after)
    if all(part.tag == "kept" for part in parts):
        return None
    return Change(heading, tuple(_shortened(parts)))


def _files(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> Change | None:
    """Files by name; the same name with other bytes was replaced."""
    parts = [Part("removed", name) for name, digest in before if (name, digest) not in after]
    parts += [Part("added", name) for name, digest in after if (name, digest) not in before]
    return Change("Files", tuple(parts)) if parts else None


def _competency(name: str, before: str | None, after: str | None) -> Change | None:
    if before is None:
        return Change("What it shows", (Part("added", f"{name}: {after}"),))
    if after is None:
        return Change("What it shows", (Part("removed", f"{name}: {before}"),))
    return _of(f"What it shows: {name}", before, after)


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """The runs in which two lists are equal or differ, each as one text; white space around an entry does not count."""
    keys = [one.strip() for one in old], [one.strip() for one in new]
    counted = Counter(keys[1])
    if keys[0] == keys[1] or sum(counted[key] for key in keys[0]) > PAIRS_MAX:
        yield "equal" if keys[0] == keys[1] else "replace", "".join(old), "".join(new)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        yield tag, "".join(old[i1:i2]), "".join(new[j1:j2])


def _within(before: str, after: str) -> Iterator[Part]:
    """Word by word inside sentences that differ: sentences that are alike are out of the way."""
    for tag, removed, added in _runs(WORDS.findall(before), WORDS.findall(after)):
        if tag == "equal":
            yield Part("kept", added)
            continue
        if removed:
            yield Part("removed", removed)
        if added:
            yield Part("added", added)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Runs of one tag as one part."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].tag == part.tag:
            joined[-1] = Part(part.tag, joined[-1].text + part.text)
        else:
            joined.append(part)
    return joined


def _shortened(parts: Sequence[Part]) -> Iterator[Part]:
    """The parts with long runs of kept words cut to what stands beside a change."""
    for number, part in enumerate(parts):
        words = re.findall(r"\S+\s*", part.text)
        head = NEAR if number else 0
        tail = NEAR if number < len(parts) - 1 else 0
        if part.tag != "kept" or len(words) <= head + tail + NEAR:
            yield part
        else:
            yield Part("kept", f"{''.join(words[:head]).rstrip()} … {''.join(words[len(words) - tail :])}")


def _count(text: str) -> int:
    return len(re.findall(r"\w+", text))
