"""What changed between two versions: word by word, nothing lost, and never slow."""

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from learners.rules.difference import Said, difference, words_changed

words = st.lists(st.sampled_from(["I", "took", "the", "call", "calm", "."]), max_size=40).map(" ".join)


def squeezed(parts, *tags):
    """The text of the parts of these tags, without white space."""
    return re.sub(r"\s", "", "".join(part.text for part in parts if part.tag in tags))


def test_one_word_replaced_is_shown_beside_what_was_kept():
    parts = words_changed("I took the call. The patient was calm.", "I took the call. The caller was calm.")

    assert [(part.tag, part.text.strip()) for part in parts] == [
        ("kept", "I took the call. The"),
        ("removed", "patient"),
        ("added", "caller"),
        ("kept", "was calm."),
    ]


@given(words, words)
def test_kept_and_removed_are_the_older_text_kept_and_added_the_newer(before, after):
    parts = words_changed(before, after)

    assert squeezed(parts, "kept", "removed") == re.sub(r"\s", "", before)
    assert squeezed(parts, "kept", "added") == re.sub(r"\s", "", after)


@given(words)
def test_nothing_changed_says_nothing_whatever_the_white_space(text):
    assert difference(Said("A", text), Said("A", f"  {text.replace(' ', '  ')}\r\n")) == []


def test_every_part_of_a_version_is_compared_under_its_own_heading():
    before = Said("Calls", "x", {"What?": "a", "Why?": "b"}, ["1 May, call, 2, GP"], [("a.pdf", "1")], {"D1": "so"})
    after = Said("More calls", "x", {"What?": "a"}, [], [("a.pdf", "2")], {"D1": "so it is", "D2": "and this"})

    changes = difference(before, after)

    assert [change.heading for change in changes] == [
        "Title", "Why?", "Log", "Files", "What it shows: D1", "What it shows",
    ]  # fmt: skip
    files = next(change for change in changes if change.heading == "Files")
    assert [(part.tag, part.text) for part in files.parts] == [("removed", "a.pdf"), ("added", "a.pdf")]


def test_how_much_changed_is_said_in_words():
    (change,) = difference(Said("A", "one two three"), Said("A", "one two four five"))

    assert change.line == "2 words added and 1 word removed"


def test_long_runs_that_were_kept_are_cut_beside_the_change():
    long = " ".join(f"w{number}" for number in range(200))

    (change,) = difference(Said("A", long), Said("A", f"{long} and more"))

    shown = "".join(part.text for part in change.parts)
    assert ("…" in shown, "w199" in shown, "w5 " in shown) == (True, True, False)


def test_texts_made_to_be_slow_are_compared_as_wholes_in_time():
    began = time.monotonic()

    for before, after in ((("a. b. " * 3_300), ("b. a. " * 3_300)), (("a b " * 5_000), ("b a " * 5_000))):
        assert {part.tag for part in words_changed(before, after)} >= {"added", "removed"}

    assert time.monotonic() - began < 5
